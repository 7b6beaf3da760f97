import { createHash, timingSafeEqual } from 'node:crypto';
import { type RouteContract, type ScimToken, scimMediaType } from '@afterimage/contracts';
import { type AuditStore, type Clock, nowIso, parseScimCredential, type ScimTokenStore } from '@afterimage/core';
import * as z from 'zod';
import { createApiHandler } from './api-handler.ts';
import { runAudited } from './audited-run.ts';
import type { HttpEvent, HttpResponse } from './http-event.ts';
import { parseInput } from './parse-input.ts';
import { Refusal } from './refusal.ts';
import { contractResponse } from './responses.ts';
import type { RouteBinding } from './route-binding.ts';
import { scimErrorResponse } from './scim-refusal.ts';

export interface ScimDependencies {
  tokens: Pick<ScimTokenStore, 'find' | 'noteUsed'>;
  audit: AuditStore;
  clock: Clock;
}

/** A provider calls many times a minute; when it last did is known to the hour. */
const usedAtLeastEveryMs = 3_600_000;

const createdSchema = z.object({ meta: z.object({ location: z.string() }) });

/** Serves routes of identity providers: token, input, intent, use case, outcome, in this order, in SCIM's own form. */
export function scimApi<Dependencies extends ScimDependencies>(
  serviceName: string,
  dependencies: Dependencies,
  bindings: readonly RouteBinding<NoInfer<Dependencies>, ScimToken>[],
) {
  return createApiHandler<Dependencies, ScimToken>(
    serviceName,
    bindings,
    async (binding, event) => {
      const caller = await admit(dependencies, event);
      const { requestId, http } = event.requestContext;
      return runAudited({
        binding,
        dependencies,
        event,
        input: parseInput(binding.route, event),
        call: { caller, requestId, sourceAddress: http.sourceIp },
        actor: caller.scimTokenId,
        audit: dependencies.audit,
        respond: scimResponse,
      });
    },
    scimErrorResponse,
  );
}

/** @throws Refusal `unauthenticated`, in the same words for whatever is wrong with the token */
async function admit({ tokens, clock }: ScimDependencies, event: HttpEvent): Promise<ScimToken> {
  const credential = parseScimCredential(/^Bearer +(\S+)$/i.exec(event.headers.authorization ?? '')?.[1] ?? '');
  const found = credential && (await tokens.find(credential.scimTokenId));
  const isGood =
    found !== undefined &&
    isSecret(credential?.secret ?? '', found.secretHash) &&
    Date.parse(found.token.expiresAt) > clock.nowMs();
  if (!isGood) {
    throw new Refusal('unauthenticated', 'Nothing was changed. Ask an administrator for a new token for SCIM.');
  }
  const { scimTokenId, lastUsedAt } = found.token;
  if (lastUsedAt === undefined || clock.nowMs() - Date.parse(lastUsedAt) >= usedAtLeastEveryMs) {
    await tokens.noteUsed(scimTokenId, nowIso(clock));
  }
  return found.token;
}

function isSecret(secret: string, secretHash: string): boolean {
  const given = createHash('sha256').update(secret).digest();
  const stored = Buffer.from(secretHash, 'base64');
  return stored.length === given.length && timingSafeEqual(given, stored);
}

function scimResponse(route: RouteContract, response: unknown): HttpResponse {
  const answer = contractResponse(route, response);
  const created = route.successStatus === 201 ? createdSchema.safeParse(response) : undefined;
  const location: Record<string, string> = created?.success ? { location: created.data.meta.location } : {};
  return { ...answer, headers: { ...answer.headers, ...location, 'content-type': scimMediaType } };
}
