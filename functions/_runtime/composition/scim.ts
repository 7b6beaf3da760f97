import { DynamoAuditStore, DynamoDirectoryStore, DynamoScimTokenStore } from '@afterimage/aws';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

export function composeScim() {
  const environment = readEnvironment('scim');
  const table = tableNamed(environment.DIRECTORY_TABLE);
  return {
    directory: new DynamoDirectoryStore(table),
    tokens: new DynamoScimTokenStore(table),
    audit: new DynamoAuditStore(tableNamed(environment.AUDIT_TABLE), systemClock),
    clock: systemClock,
    scimUrl: environment.SCIM_URL,
  };
}
