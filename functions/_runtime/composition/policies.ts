import {
  DynamoDocuments,
  DynamoNoticeMessagesStore,
  DynamoRecordingCatalog,
  DynamoRecordingPolicyStore,
  DynamoSessionHistory,
  DynamoSessionStore,
  DynamoSiteStore,
  DynamoViewingPolicyStore,
} from '@afterimage/aws';
import { PolicyLibrary } from '@afterimage/core';
import { readEnvironment } from '../environment.ts';
import { createLog } from '../logger.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';
import { composeReviewers } from './reviewers.ts';

export function composePolicies() {
  const environment = readEnvironment('policies');
  const configuration = tableNamed(environment.CONFIGURATION_TABLE);
  const sessions = tableNamed(environment.SESSIONS_TABLE);
  const log = createLog('policies');
  const documents = new DynamoDocuments(configuration, systemClock);
  const recordingPolicies = new DynamoRecordingPolicyStore(configuration, documents);
  const noticeMessages = new DynamoNoticeMessagesStore(configuration, documents);
  return {
    ...composeReviewers(environment),
    site: new DynamoSiteStore(configuration),
    recordingPolicies,
    viewingPolicies: new DynamoViewingPolicyStore(configuration, documents),
    noticeMessages,
    library: new PolicyLibrary({ recordingPolicies, noticeMessages }),
    sessions: new DynamoSessionStore(sessions),
    history: new DynamoSessionHistory(sessions, systemClock.nowMs),
    catalog: new DynamoRecordingCatalog(tableNamed(environment.RECORDINGS_TABLE), systemClock.nowMs, (rowKey) =>
      log.error('recording row is unreadable', { rowKey }),
    ),
  };
}
