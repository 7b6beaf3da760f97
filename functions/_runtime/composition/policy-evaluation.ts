import { DynamoActivePolicyStore, DynamoSessionStore } from '@afterimage/aws';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

export function composePolicyEvaluation() {
  const environment = readEnvironment('policy-evaluation');
  return {
    sessions: new DynamoSessionStore(tableNamed(environment.RECORDINGS_TABLE)),
    policies: new DynamoActivePolicyStore(tableNamed(environment.CONFIGURATION_TABLE)),
    clock: systemClock,
  };
}
