import {
  DynamoAgentStore,
  DynamoAuditStore,
  DynamoConnectionStore,
  DynamoRecordingCommandStore,
  DynamoRecordingStore,
  DynamoSessionStore,
  DynamoWatchStore,
  EventBridgeBus,
  S3UploadGranter,
} from '@afterimage/aws';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../system-clock.ts';
import { createUrlSigner, tableNamed } from './clients.ts';

export function composeRecordingIntake() {
  const environment = readEnvironment('recording-intake');
  const recordings = tableNamed(environment.RECORDINGS_TABLE);
  const sessions = tableNamed(environment.SESSIONS_TABLE);
  const connections = tableNamed(environment.CONNECTIONS_TABLE);
  return {
    agents: new DynamoAgentStore(tableNamed(environment.AGENTS_TABLE)),
    sessions: new DynamoSessionStore(sessions),
    commands: new DynamoRecordingCommandStore(sessions, systemClock.nowMs),
    recordings: new DynamoRecordingStore(recordings, {
      agentsTableName: environment.AGENTS_TABLE,
      keysTableName: environment.KEYS_TABLE,
    }),
    audit: new DynamoAuditStore(tableNamed(environment.AUDIT_TABLE), systemClock),
    bus: new EventBridgeBus(new EventBridgeClient({}), environment.EVENT_BUS),
    uploads: new S3UploadGranter(createUrlSigner(), environment.LANDING_BUCKET, systemClock),
    marks: new DynamoWatchStore(connections),
    tickets: new DynamoConnectionStore(connections),
    channelUrl: environment.CHANNEL_URL,
    wrappingKeyId: environment.WRAPPING_KEY,
    clock: systemClock,
  };
}
