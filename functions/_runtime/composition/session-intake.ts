import { DynamoAuditStore, DynamoRecordingCommandStore, DynamoSessionStore } from '@afterimage/aws';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

export function composeSessionIntake() {
  const environment = readEnvironment('session-intake');
  const table = tableNamed(environment.SESSIONS_TABLE);
  return {
    sessions: new DynamoSessionStore(table),
    commands: new DynamoRecordingCommandStore(table, systemClock.nowMs),
    audit: new DynamoAuditStore(tableNamed(environment.AUDIT_TABLE), systemClock),
    clock: systemClock,
  };
}
