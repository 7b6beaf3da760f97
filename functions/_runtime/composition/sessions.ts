import {
  DynamoDocuments,
  DynamoNoticeMessagesStore,
  DynamoRecordingCommandStore,
  DynamoSessionHistory,
  DynamoSessionStore,
} from '@afterimage/aws';
import { readEnvironment } from '../environment.ts';
import { createLog } from '../logger.ts';
import { systemClock } from '../system-clock.ts';
import { composeChannelPoster } from './channel.ts';
import { tableNamed } from './clients.ts';
import { composeReviewers } from './reviewers.ts';

export function composeSessions() {
  const environment = readEnvironment('sessions');
  const configuration = tableNamed(environment.CONFIGURATION_TABLE);
  const table = tableNamed(environment.SESSIONS_TABLE);
  return {
    ...composeReviewers(environment),
    ...composeChannelPoster(environment),
    sessions: new DynamoSessionStore(table),
    history: new DynamoSessionHistory(table, systemClock.nowMs),
    commands: new DynamoRecordingCommandStore(table, systemClock.nowMs),
    noticeMessages: new DynamoNoticeMessagesStore(configuration, new DynamoDocuments(configuration, systemClock)),
    log: createLog('sessions'),
  };
}
