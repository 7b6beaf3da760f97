import { DynamoAuditStore, DynamoRoleStore } from '@afterimage/aws';
import { BootstrappedRoles } from '../http/reviewer-api.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

/** What every function that serves people needs. */
export function composeReviewers(environment: {
  CONFIGURATION_TABLE: string;
  AUDIT_TABLE: string;
  BOOTSTRAP_ADMINISTRATORS_GROUP: string;
}) {
  const roleStore = new DynamoRoleStore(tableNamed(environment.CONFIGURATION_TABLE));
  return {
    roleStore,
    roles: new BootstrappedRoles(roleStore, environment.BOOTSTRAP_ADMINISTRATORS_GROUP),
    audit: new DynamoAuditStore(tableNamed(environment.AUDIT_TABLE), systemClock),
    clock: systemClock,
  };
}
