import { type AuthorizationCheck, AwsError, accountId, type Principal, region } from '../kernel/types.ts';
import { decide } from './decision.ts';
import { PermissionLedger } from './permission-ledger.ts';
import { type Role, RoleRegistry } from './role-registry.ts';
import { serviceHost } from './statement-match.ts';

/** Holds every call to the policies of its caller and of the resource it is about. */
export class Authorizer {
  readonly roles = new RoleRegistry();
  readonly ledger = new PermissionLedger();

  /** Errors: AccessDenied (S3, 403) or AccessDeniedException (400), worded as IAM words them. */
  authorize(check: AuthorizationCheck): void {
    const { principal, action, resourceArn } = check;
    const role = principal.kind === 'role' ? this.roles.find(principal.roleName) : undefined;
    const callerArn = role?.arn ?? principal.arn;
    const context = { ...globalContext(principal, callerArn), ...lowerCased(check.context) };
    const decision = decide({ principal, callerArn, action, resourceArn, context }, role, check.resourcePolicy);
    if (decision.allowed) {
      if (role) this.ledger.used(role.name, decision.grants, action, resourceArn);
      return;
    }
    if (role) this.ledger.refused(role.name, action, resourceArn);
    throw accessDenied(check, decision.reason);
  }

  /**
   * @param sourceArn what the service assumes the role for, which trust policies see as `aws:SourceArn`
   * Errors: the role is not in the template, or its trust policy does not let the service assume it.
   */
  assertAssumable(roleName: string, service: string, sourceArn?: string): Role {
    const role = this.roles.find(roleName);
    if (!role) throw new Error(`The role ${roleName} does not exist.`);
    const principal: Principal = { kind: 'service', arn: sourceArn ?? serviceHost(service), accessKeyId: '', service };
    this.authorize({ principal, action: 'sts:AssumeRole', resourceArn: role.arn, resourcePolicy: role.trust });
    return role;
  }
}

/** localcloud plays TLS: a template's Deny without it must hit nobody who comes over the loopback interface. */
function globalContext(principal: Principal, callerArn: string): Record<string, string> {
  const keys: Record<string, string> = {
    'aws:securetransport': 'true',
    'aws:requestedregion': region,
    'aws:currenttime': new Date().toISOString(),
    'aws:principalisawsservice': String(principal.kind === 'service'),
    's3:tlsversion': '1.3',
  };
  if (principal.kind === 'service' && principal.arn.startsWith('arn:')) {
    return { ...keys, 'aws:sourcearn': principal.arn, 'aws:sourceaccount': accountId };
  }
  if (principal.kind !== 'role' && principal.kind !== 'root') return keys;
  return { ...keys, 'aws:principalarn': callerArn, 'aws:principalaccount': accountId, 'kms:calleraccount': accountId };
}

function lowerCased(context: AuthorizationCheck['context'] = {}): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
}

function accessDenied({ principal, action, resourceArn }: AuthorizationCheck, reason: string): AwsError {
  const who = principal.kind === 'anonymous' ? 'anonymous' : principal.arn;
  const message = `User: ${who} is not authorized to perform: ${action} on resource: ${resourceArn} ${reason}`;
  return action.startsWith('s3:')
    ? new AwsError('AccessDenied', 403, message)
    : new AwsError('AccessDeniedException', 400, message);
}
