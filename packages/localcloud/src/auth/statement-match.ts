import { accountId, type Principal } from '../kernel/types.ts';
import { type ConditionContext, conditionHolds } from './conditions.ts';
import type { PrincipalPattern, Statement } from './policy-document.ts';
import { matchesWildcard } from './wildcard.ts';

/** A call as policies see it. */
export interface PolicyCall {
  principal: Principal;
  /** What `aws:PrincipalArn` holds: a role's own ARN, not its session's. */
  callerArn: string;
  action: string;
  resourceArn: string;
  context: ConditionContext;
}

/** How a resource policy's statement names the caller; `account` leaves the decision to the caller's own policies. */
export type PrincipalMatch = 'none' | 'account' | 'direct';

/** Whether a statement is about the call, its principal aside. */
export function statementApplies(statement: Statement, call: PolicyCall): boolean {
  return (
    actionMatches(statement, call.action) &&
    resourceMatches(statement, call.resourceArn) &&
    statement.conditions.every((condition) => conditionHolds(condition, call.context))
  );
}

export function actionPatternMatches(pattern: string, action: string): boolean {
  return matchesWildcard(pattern.toLowerCase(), action.toLowerCase());
}

function actionMatches(statement: Statement, action: string): boolean {
  const named = statement.actions.some((pattern) => actionPatternMatches(pattern, action));
  return named !== statement.exceptActions;
}

function resourceMatches(statement: Statement, resourceArn: string): boolean {
  if (statement.resources === undefined) return true;
  const named = statement.resources.some((pattern) => matchesWildcard(pattern, resourceArn));
  return named !== statement.exceptResources;
}

export function matchPrincipal(statement: Statement, call: PolicyCall): PrincipalMatch {
  const matches = (statement.principals ?? []).map((pattern) => matchPattern(pattern, call));
  if (statement.exceptPrincipals) return matches.every((match) => match === 'none') ? 'direct' : 'none';
  if (matches.includes('direct')) return 'direct';
  return matches.includes('account') ? 'account' : 'none';
}

function matchPattern(pattern: PrincipalPattern, { principal, callerArn }: PolicyCall): PrincipalMatch {
  if (pattern === '*') return 'direct';
  if (principal.kind === 'service') {
    return pattern.kind === 'Service' && pattern.value === serviceHost(principal.service) ? 'direct' : 'none';
  }
  if (pattern.kind !== 'AWS' || principal.kind === 'anonymous') return 'none';
  if (pattern.value === accountId || pattern.value === `arn:aws:iam::${accountId}:root`) return 'account';
  return pattern.value === principal.arn || pattern.value === callerArn ? 'direct' : 'none';
}

/** `s3` and `s3.amazonaws.com` are the same service. */
export function serviceHost(service: string): string {
  return service.includes('.') ? service : `${service}.amazonaws.com`;
}
