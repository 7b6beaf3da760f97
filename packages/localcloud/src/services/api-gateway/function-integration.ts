import type { FunctionOutcome } from '../../kernel/types.ts';
import type { Lambda } from '../lambda/index.ts';
import { assumeRole } from '../lambda/role-principal.ts';
import type { Integration } from './api-model.ts';

type FunctionIntegration = Extract<Integration, { kind: 'function' }>;

/** Invokes for a route, as the route's own principal or the integration's role; `late` after the integration's time-out. */
export async function invokeIntegration(
  invokeFor: Lambda['invokeFor'],
  { roleArn, functionArn, timeoutMs }: FunctionIntegration,
  sourceArn: string,
  event: Record<string, unknown>,
): Promise<FunctionOutcome | 'late'> {
  const source =
    roleArn === undefined
      ? ({ kind: 'service', service: 'apigateway.amazonaws.com', sourceArn } as const)
      : ({ kind: 'role', principal: assumeRole(roleArn, 'apigateway') } as const);
  return invokeWithin(timeoutMs, (patience) => invokeFor(source, functionArn, event, patience));
}

/** `late` after the limit; an invocation that has not begun by then never does, one that runs goes on. */
export async function invokeWithin(
  limitMs: number,
  invoke: (patience: AbortSignal) => Promise<FunctionOutcome>,
): Promise<FunctionOutcome | 'late'> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const patience = new AbortController();
  const timer = setTimeout(() => {
    resolve('late');
    patience.abort();
  }, limitMs);
  return Promise.race([invoke(patience.signal), late]).finally(() => clearTimeout(timer));
}
