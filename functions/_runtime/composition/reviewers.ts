import { DynamoAuditStore, DynamoGroupLookup, DynamoRoleStore } from '@afterimage/aws';
import { Standings } from '../http/standings.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

/** What every function that serves people needs. */
export function composeReviewers(environment: {
  CONFIGURATION_TABLE: string;
  DIRECTORY_TABLE: string;
  AUDIT_TABLE: string;
  BOOTSTRAP_ADMINISTRATORS_GROUP: string;
}) {
  const roleStore = new DynamoRoleStore(tableNamed(environment.CONFIGURATION_TABLE));
  const directory = new DynamoGroupLookup(tableNamed(environment.DIRECTORY_TABLE));
  return {
    roleStore,
    directory,
    standings: new Standings({
      roles: roleStore,
      directory,
      bootstrapGroup: environment.BOOTSTRAP_ADMINISTRATORS_GROUP,
    }),
    audit: new DynamoAuditStore(tableNamed(environment.AUDIT_TABLE), systemClock),
    clock: systemClock,
  };
}
