import { DynamoAgentStore } from '@afterimage/aws';
import { readEnvironment } from '../environment.ts';
import { createLog } from '../logger.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

export function composeAgentAuthorizer() {
  const environment = readEnvironment('agent-authorizer');
  return {
    agents: new DynamoAgentStore(tableNamed(environment.AGENTS_TABLE)),
    clock: systemClock,
    log: createLog('agent-authorizer'),
  };
}
