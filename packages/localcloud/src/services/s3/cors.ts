import { AwsError, type AwsRequest, type AwsResponse } from '../../kernel/types.ts';
import type { CorsRule } from './bucket.ts';

/** One `*` stands for any text. */
function matchesPattern(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star === -1) return pattern === text;
  const head = pattern.slice(0, star);
  const tail = pattern.slice(star + 1);
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}

function findRule(
  rules: readonly CorsRule[],
  origin: string,
  method: string,
  wanted: readonly string[],
): CorsRule | undefined {
  return rules.find(
    (rule) =>
      rule.origins.some((pattern) => matchesPattern(pattern, origin)) &&
      rule.methods.includes(method) &&
      wanted.every((name) => rule.headers.some((pattern) => matchesPattern(pattern.toLowerCase(), name))),
  );
}

function sharedHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const isForAll = rule.origins.includes('*');
  return {
    'access-control-allow-origin': isForAll ? '*' : origin,
    ...(isForAll ? {} : { 'access-control-allow-credentials': 'true' }),
    'access-control-allow-methods': rule.methods.join(', '),
    ...(rule.exposed.length === 0 ? {} : { 'access-control-expose-headers': rule.exposed.join(', ') }),
    ...(rule.maxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

/** Headers that let a page of another origin read an actual answer, refusals included. */
export function corsHeaders(rules: readonly CorsRule[], request: AwsRequest): Record<string, string> {
  const origin = request.headers.origin;
  if (origin === undefined) return {};
  const rule = findRule(rules, origin, request.method, []);
  return rule === undefined ? {} : sharedHeaders(rule, origin);
}

/** @throws AwsError `AccessForbidden` (403) when no rule of the bucket lets the origin do it */
export function answerPreflight(rules: readonly CorsRule[], request: AwsRequest): AwsResponse {
  const origin = request.headers.origin;
  const method = request.headers['access-control-request-method'];
  if (origin === undefined || method === undefined) {
    throw new AwsError('BadRequest', 400, 'Insufficient information. Origin request header needed.');
  }
  const wanted = (request.headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const rule = findRule(rules, origin, method, wanted);
  if (rule === undefined) {
    const reason =
      rules.length === 0
        ? 'CORS is not enabled for this bucket.'
        : "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";
    throw new AwsError('AccessForbidden', 403, `CORSResponse: ${reason}`, { Method: method, ResourceType: 'OBJECT' });
  }
  return {
    status: 200,
    headers: {
      ...sharedHeaders(rule, origin),
      ...(wanted.length === 0 ? {} : { 'access-control-allow-headers': wanted.join(', ') }),
    },
  };
}
