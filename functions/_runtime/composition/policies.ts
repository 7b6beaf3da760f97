import {
  DynamoDocuments,
  DynamoNoticeMessagesStore,
  DynamoRecordingPolicyStore,
  DynamoSiteStore,
  DynamoViewingPolicyStore,
} from '@afterimage/aws';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';
import { composeReviewers } from './reviewers.ts';

export function composePolicies() {
  const environment = readEnvironment('policies');
  const configuration = tableNamed(environment.CONFIGURATION_TABLE);
  const documents = new DynamoDocuments(configuration, systemClock);
  return {
    ...composeReviewers(environment),
    site: new DynamoSiteStore(configuration),
    recordingPolicies: new DynamoRecordingPolicyStore(configuration, documents),
    viewingPolicies: new DynamoViewingPolicyStore(configuration, documents),
    noticeMessages: new DynamoNoticeMessagesStore(configuration, documents),
  };
}
