import { DynamoRecordingCommandStore, DynamoSessionStore } from '@afterimage/aws';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

export function composeSessionIntake() {
  const table = tableNamed(readEnvironment('session-intake').SESSIONS_TABLE);
  return {
    sessions: new DynamoSessionStore(table),
    commands: new DynamoRecordingCommandStore(table, systemClock.nowMs),
    clock: systemClock,
  };
}
