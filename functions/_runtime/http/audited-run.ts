import type { AuditStore } from '@afterimage/core';
import type { HttpEvent, HttpResponse } from './http-event.ts';
import { Refusal } from './refusal.ts';
import { contractResponse, type Respond } from './responses.ts';
import type { Call, RouteBinding } from './route-binding.ts';

export interface AuditedRun<Dependencies, Caller> {
  binding: RouteBinding<Dependencies, Caller>;
  dependencies: Dependencies;
  input: { params: unknown; query: unknown; body: unknown };
  call: Call<Caller>;
  event: HttpEvent;
  actor: string;
  /** Undefined where no route of the function is audited. */
  audit: AuditStore | undefined;
  /** Default: JSON. */
  respond?: Respond;
}

/** What is known of a call before its input is looked at. */
type Attempt<Dependencies, Caller> = Omit<AuditedRun<Dependencies, Caller>, 'input' | 'dependencies'> & {
  input?: AuditedRun<Dependencies, Caller>['input'];
};

/** Intent, effect, outcome, in this order: without an intent row nothing happens, and a failure has its row too. */
export async function runAudited<Dependencies, Caller>(run: AuditedRun<Dependencies, Caller>): Promise<HttpResponse> {
  const { binding, dependencies, input, call, respond = contractResponse } = run;
  const noteOutcome = await noteIntent(run);
  try {
    const outcome = await binding.run(dependencies, input, call);
    if (!outcome.isDone) throw new Refusal(outcome.problem, outcome.detail);
    const response = respond(binding.route, outcome.response);
    await noteOutcome('succeeded');
    return response;
  } catch (error) {
    await noteOutcome(error instanceof Refusal ? error.problem : 'internal');
    throw error;
  }
}

/** An attempt that the roles do not allow: a row for the intent, a row for the refusal. */
export async function noteDenial<Dependencies, Caller>(
  run: Attempt<Dependencies, Caller>,
  problem: string,
): Promise<void> {
  const noteOutcome = await noteIntent(run);
  await noteOutcome(problem);
}

async function noteIntent<Dependencies, Caller>({
  binding: { route },
  event,
  call,
  actor,
  audit,
  input,
}: Attempt<Dependencies, Caller>): Promise<(outcome: string) => Promise<void>> {
  if (route.audit.kind === 'unaudited') return async () => undefined;
  if (audit === undefined) throw new Error(`${route.operationId} is audited, but its function has no audit store`);
  const { action, subject, details } = route.audit;
  const auditEntryId = await audit.noteIntent({
    actor,
    action,
    subject: subject === undefined ? undefined : event.pathParameters?.[subject]?.slice(0, 256),
    requestId: call.requestId,
    sourceAddress: call.sourceAddress,
    ...(details === undefined || input === undefined ? {} : { details: pickDetails(details, input) }),
  });
  return (outcome) => audit.noteOutcome(auditEntryId, outcome);
}

/** Texts, or lists of ids, that the contract has had parsed, so they are bounded. */
function pickDetails(names: readonly string[], { body, query }: { body: unknown; query: unknown }) {
  const given = new Map<string, unknown>([...Object.entries(query ?? {}), ...Object.entries(body ?? {})]);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = given.get(name);
      if (Array.isArray(value)) return [[name, value.join(' ')]];
      if (typeof value === 'boolean') return [[name, String(value)]];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
