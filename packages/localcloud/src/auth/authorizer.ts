import { type AuthorizationCheck, AwsError } from '../kernel/types.ts';

/** Decides whether a principal may do what it asks for. */
export class Authorizer {
  authorize(check: AuthorizationCheck): void {
    if (check.principal.kind === 'root') return;
    throw new AwsError(
      'AccessDeniedException',
      400,
      `${check.principal.arn} is not authorized to perform: ${check.action}`,
    );
  }
}
