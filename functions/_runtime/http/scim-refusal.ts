import { problemDefinitions, type ScimError, type ScimType, scimMediaType, scimUrns } from '@afterimage/contracts';
import type { HttpResponse } from './http-event.ts';
import { Refusal } from './refusal.ts';
import { everyResponse } from './responses.ts';

/** Input that SCIM has a word of its own for. */
export class ScimRefusal extends Refusal {
  readonly scimType: ScimType;

  constructor(scimType: ScimType, detail: string) {
    super('invalid-request', detail);
    this.name = 'ScimRefusal';
    this.scimType = scimType;
  }
}

/** RFC 7644, 3.12: the status again as text, a word for what is wrong, and a sentence. */
export function scimErrorResponse(refusal: Refusal): HttpResponse {
  const { status } = problemDefinitions[refusal.problem];
  const scimType = scimTypeOf(refusal);
  const places = (refusal.errors ?? []).map(({ pointer, detail }) => `${pointer}: ${detail}`);
  const error: ScimError = {
    schemas: [scimUrns.error],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail: [refusal.detail, ...places].join(' '),
  };
  const challenge: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  return {
    statusCode: status,
    headers: { ...everyResponse, ...challenge, 'content-type': scimMediaType },
    body: JSON.stringify(error),
  };
}

function scimTypeOf(refusal: Refusal): ScimType | undefined {
  if (refusal instanceof ScimRefusal) return refusal.scimType;
  if (refusal.problem === 'already-exists') return 'uniqueness';
  if (refusal.problem !== 'invalid-request') return undefined;
  // What the contract did not let through: a value, or a body that is none.
  return refusal.errors?.some(({ pointer }) => pointer !== '') ? 'invalidValue' : 'invalidSyntax';
}
