import { labelSchema } from '@afterimage/contracts';
import type { Identity } from '@afterimage/core';
import type { HttpEvent } from './http-event.ts';
import { Refusal } from './refusal.ts';

/** What any sane directory gives; more would make the role look-up unbounded. */
const maxGroups = 200;

/**
 * Who the token says that the caller is. The authorizer has proved the token; which issuer wrote it does not matter.
 * @throws Refusal `unauthenticated` when it names nobody
 */
export function readIdentity(event: HttpEvent): Identity {
  const claims = event.requestContext.authorizer?.jwt?.claims ?? {};
  const named = labelSchema.safeParse(claims.username ?? claims['cognito:username'] ?? claims.sub);
  if (!named.success) throw new Refusal('unauthenticated', 'Sign in and send the access token.');
  const groups = readGroups(claims['cognito:groups'] ?? claims.groups);
  return { userName: named.data, groups: groups.slice(0, maxGroups) };
}

/** API Gateway writes the items of an array claim as text: `[players auditors]`. */
function readGroups(claim: unknown): string[] {
  const items = Array.isArray(claim) ? claim : typeof claim === 'string' ? splitGroups(claim) : [];
  return items.flatMap((item) => {
    const group = labelSchema.safeParse(item);
    return group.success ? [group.data] : [];
  });
}

function splitGroups(text: string): string[] {
  const inner = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  return inner.split(/[\s,]+/).filter((part) => part !== '');
}
