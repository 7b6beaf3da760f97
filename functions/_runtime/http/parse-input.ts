import { type RouteContract, scimMediaType } from '@afterimage/contracts';
import type * as z from 'zod';
import type { HttpEvent } from './http-event.ts';
import { Refusal } from './refusal.ts';

/** Far above nearly any body that the contracts allow, far below what a function could not hold. */
const usualBodyBytes = 1024 * 1024;
/** Of a document with thousands of rules. */
const maxNamedFaults = 100;

/**
 * Parses what came in against the contract.
 * @throws Refusal `invalid-request` with a pointer to each fault, `unsupported-media-type`, `payload-too-large`
 */
export function parseInput(route: RouteContract, event: HttpEvent): { params: unknown; query: unknown; body: unknown } {
  const faults: { pointer: string; detail: string }[] = [];
  const take = (schema: z.ZodObject | undefined, value: unknown, pointerOf: (path: PropertyKey[]) => string) => {
    if (schema === undefined) return undefined;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    faults.push(...result.error.issues.map((issue) => ({ pointer: pointerOf(issue.path), detail: issue.message })));
    return undefined;
  };
  const input = {
    params: take(route.params, event.pathParameters ?? {}, parameterName),
    query: take(route.query, event.queryStringParameters ?? {}, parameterName),
    body: take(route.body, route.body === undefined ? undefined : readJson(route, event), jsonPointer),
  };
  if (faults.length > 0) {
    const named = faults.slice(0, maxNamedFaults);
    throw new Refusal('invalid-request', 'Nothing was changed. Correct what is listed and send it again.', named);
  }
  return input;
}

/** RFC 6901. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function parameterName(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

function readJson({ dialect, maxBodyBytes = usualBodyBytes }: RouteContract, event: HttpEvent): unknown {
  const mediaType = (event.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json' && !(dialect === 'scim' && mediaType === scimMediaType)) {
    throw new Refusal('unsupported-media-type', 'Nothing was changed. Send the body as application/json.');
  }
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > maxBodyBytes) {
    throw new Refusal('payload-too-large', `Nothing was changed. Send no more than ${maxBodyBytes} bytes.`);
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    const errors = [{ pointer: '', detail: 'is not JSON' }];
    throw new Refusal('invalid-request', 'Nothing was changed. The body is not JSON.', errors);
  }
}
