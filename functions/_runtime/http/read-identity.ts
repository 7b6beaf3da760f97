import { labelSchema } from '@afterimage/contracts';
import type { Identity } from '@afterimage/core';
import * as z from 'zod';
import type { HttpEvent } from './http-event.ts';
import { Refusal } from './refusal.ts';

/** What any sane directory gives; more would make the role look-up unbounded. */
const maxGroups = 200;
const claimsSchema = z.record(z.string(), z.unknown());

/**
 * Who the token says that the caller is. The authorizer has proved the token; which issuer wrote it does not matter.
 * @throws Refusal `unauthenticated` when it names nobody
 */
export function readIdentity(event: HttpEvent): Identity {
  const claims = event.requestContext.authorizer?.jwt?.claims ?? {};
  const userName = readName(claims.username ?? claims['cognito:username'] ?? claims.sub);
  if (userName === undefined) throw new Refusal('unauthenticated', 'Sign in and send the access token.');
  const groups = readGroups(claims, event.headers.authorization);
  return { userName, groups: groups.slice(0, maxGroups) };
}

/**
 * API Gateway writes an array claim as text, `[players auditors]`, in which a group `night shift` can't be told from
 * two groups. The names come from the token itself, and only where they read as the text that the authorizer proved;
 * without such a token the caller has no groups.
 */
function readGroups(proved: Record<string, unknown>, authorization: string | undefined): string[] {
  const name = proved['cognito:groups'] === undefined ? 'groups' : 'cognito:groups';
  const claim = proved[name];
  if (Array.isArray(claim)) return claim.flatMap((item) => readName(item) ?? []);
  if (typeof claim !== 'string') return [];
  const own = z.array(z.string()).safeParse(readTokenClaims(authorization)[name]);
  if (!own.success || wordsOf(own.data.join(' ')) !== wordsOf(withoutBrackets(claim))) return [];
  return own.data.flatMap((item) => readName(item) ?? []);
}

/** A name is believed as it stands or not at all: trimmed it would be somebody else's. */
function readName(value: unknown): string | undefined {
  const label = labelSchema.safeParse(value);
  return label.success && label.data === value ? label.data : undefined;
}

/** The payload of a JSON Web Token (RFC 7519); its signature is the authorizer's business. */
function readTokenClaims(authorization: string | undefined): Record<string, unknown> {
  const payload = /^(?:Bearer +)?[\w-]+\.([\w-]+)\.[\w-]+$/i.exec(authorization ?? '')?.[1];
  if (payload === undefined) return {};
  try {
    return claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  } catch {
    return {};
  }
}

function withoutBrackets(text: string): string {
  return text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
}

/** The same words, however the list was joined. */
function wordsOf(text: string): string {
  return text
    .split(/[\s,]+/)
    .join(' ')
    .trim();
}
