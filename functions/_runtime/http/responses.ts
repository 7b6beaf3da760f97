import { makeProblem, type Problem, type ProblemName, type RouteContract } from '@afterimage/contracts';
import type { HttpResponse } from './http-event.ts';

/** The answer to a call that was done. */
export type Respond = (route: RouteContract, response: unknown) => HttpResponse;

export const everyResponse = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** RFC 9457. */
export function problemResponse(
  name: ProblemName,
  extra: Pick<Problem, 'detail' | 'instance' | 'errors'>,
): HttpResponse {
  const problem = makeProblem(name, extra);
  return {
    statusCode: problem.status,
    headers: { ...everyResponse, 'content-type': 'application/problem+json' },
    body: JSON.stringify(problem),
  };
}

/**
 * What the contract lets out and nothing more: fields that it does not name are dropped.
 * @throws ZodError when the response does not fit the contract
 */
export function contractResponse(route: RouteContract, response: unknown): HttpResponse {
  return {
    statusCode: route.successStatus,
    headers: { ...everyResponse, 'content-type': 'application/json' },
    body: route.successStatus === 204 ? '' : JSON.stringify(route.response.parse(response)),
  };
}
