import type { Problem, RouteContract, RouteRequest, RouteResponse } from '@afterimage/contracts';
import type { Stack } from './stack.ts';

/** What came back over the wire, whatever it was. */
export interface RawAnswer<R extends RouteContract = RouteContract> {
  readonly status: number;
  readonly contentType: string;
  /** As the contract says where the call succeeded; look at `problem` otherwise. */
  readonly json: RouteResponse<R>;
  readonly problem: Partial<Problem>;
}

export type RawRequest<R extends RouteContract> = Partial<RouteRequest<R>> & {
  /** Sent instead of `body` as it stands. */
  text?: string;
  contentType?: string;
};

/** Path of a route with its parameters filled in, without the query: what an agent signs. */
export function pathOf(route: RouteContract, params: unknown): string {
  const values = new Map(Object.entries(params ?? {}));
  return route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values.get(name))));
}

/** Calls a route with any credentials and any body, without a client that would stop what is wrong. */
export async function callRaw<R extends RouteContract>(
  stack: Stack,
  route: R,
  request: RawRequest<R> = {},
  token?: string,
): Promise<RawAnswer<R>> {
  const query = new URLSearchParams(
    Object.entries(request.query ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const body = request.text ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
  const headers = new Headers();
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (body !== undefined) headers.set('content-type', request.contentType ?? 'application/json');
  const response = await fetch(
    `${stack.endpoint}${pathOf(route, request.params)}${query.size > 0 ? `?${query}` : ''}`,
    {
      method: route.method,
      headers,
      ...(body === undefined ? {} : { body }),
    },
  );
  const text = await response.text();
  const json: unknown = text.startsWith('{') ? JSON.parse(text) : {};
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    json: json as RouteResponse<R>,
    problem: json as Partial<Problem>,
  };
}

/** `recording-not-found` of a problem document; undefined for an answer that is none. */
export function problemNameOf({ problem }: RawAnswer): string | undefined {
  return problem.type?.replace('urn:afterimage:problem:', '');
}
