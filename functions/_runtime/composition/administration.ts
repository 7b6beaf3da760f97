import {
  DynamoAgentStore,
  DynamoEnrolmentTokenStore,
  DynamoRecordingStore,
  SqsWorkQueue,
  SqsQueueOperations,
} from '@afterimage/aws';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readEnvironment } from '../environment.ts';
import { tableNamed } from './clients.ts';
import { composeReviewers } from './reviewers.ts';

export function composeAdministration() {
  const environment = readEnvironment('administration');
  const agents = tableNamed(environment.AGENTS_TABLE);
  const sqs = new SQSClient({});
  return {
    ...composeReviewers(environment),
    agents: new DynamoAgentStore(agents),
    tokens: new DynamoEnrolmentTokenStore(agents),
    recordings: new DynamoRecordingStore(tableNamed(environment.RECORDINGS_TABLE)),
    finaliseQueue: new SqsWorkQueue(sqs, environment.FINALISE_QUEUE_URL, 'finalise'),
    erasureQueue: new SqsWorkQueue(sqs, environment.ERASURE_QUEUE_URL, 'erase'),
    queues: new SqsQueueOperations(sqs, environment.QUEUES),
  };
}
