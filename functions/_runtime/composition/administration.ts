import {
  DynamoAgentStore,
  DynamoEnrolmentTokenStore,
  DynamoRecordingStore,
  SqsQueueOperations,
  SqsWorkQueue,
} from '@afterimage/aws';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readEnvironment } from '../environment.ts';
import { tableNamed } from './clients.ts';
import { composeReviewers } from './reviewers.ts';
import { composeSeenBy } from './viewing.ts';

export function composeAdministration() {
  const environment = readEnvironment('administration');
  const agents = tableNamed(environment.AGENTS_TABLE);
  const sqs = new SQSClient({});
  const reviewers = composeReviewers(environment);
  const allRecordings = new DynamoRecordingStore(tableNamed(environment.RECORDINGS_TABLE));
  return {
    ...reviewers,
    agents: new DynamoAgentStore(agents),
    tokens: new DynamoEnrolmentTokenStore(agents),
    allRecordings,
    seenBy: composeSeenBy({
      configurationTable: environment.CONFIGURATION_TABLE,
      recordings: allRecordings,
    }),
    finaliseQueue: new SqsWorkQueue(sqs, environment.FINALISE_QUEUE_URL, 'finalise'),
    erasureQueue: new SqsWorkQueue(sqs, environment.ERASURE_QUEUE_URL, 'erase'),
    queues: new SqsQueueOperations(sqs, environment.QUEUES),
  };
}
