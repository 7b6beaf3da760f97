import { type Problem, problemSchema } from '../problems/problems.ts';
import type { RouteContract, RouteRequest, RouteResponse } from '../routes/route.ts';

/** A refusal by the API, as RFC 9457 words it. `status` 0: the API could not be reached. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail ?? problem.title, options);
    this.name = 'ApiProblem';
    this.problem = problem;
  }

  /** Last part of the type: `recording-not-found`. */
  get kind(): string {
    return this.problem.type.split(':').at(-1) ?? 'internal';
  }
}

export type ApiClient = <R extends RouteContract>(
  route: R,
  request: Partial<RouteRequest<R>>,
  signal?: AbortSignal,
) => Promise<RouteResponse<R>>;

export interface ApiClientOptions {
  /** Origin of the API; empty for a page that is served from the same. */
  server: string;
  /** Asked before each call; undefined sends the call without credentials. */
  accessToken(): Promise<string | undefined>;
  fetch?: typeof globalThis.fetch;
}

/** Calls routes by their contract objects. Calls reject with `ApiProblem` for every refusal. */
export function createApiClient({ server, accessToken, fetch }: ApiClientOptions): ApiClient {
  const send = fetch ?? ((input, init) => globalThis.fetch(input, init));
  return async (route, request, signal) => {
    const token = await accessToken();
    const headers = new Headers({ accept: 'application/json' });
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (request.body !== undefined) headers.set('content-type', 'application/json');
    const init: RequestInit = {
      method: route.method,
      headers,
      // What lets go of something is sent even while its page is closing.
      keepalive: route.method === 'DELETE',
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(signal === undefined ? {} : { signal }),
    };
    const response = await reach(() => send(server + pathOf(route, request), init), signal);
    if (!response.ok) throw new ApiProblem(await problemOf(response));
    if (response.status === 204) return undefined as RouteResponse<typeof route>;
    // Our own API, which validated it against the same contract before sending.
    return (await response.json()) as RouteResponse<typeof route>;
  };
}

function pathOf(route: RouteContract, request: { params?: unknown; query?: unknown }): string {
  const params = new Map(Object.entries(request.params ?? {}));
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params.get(name))));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

async function reach(send: () => Promise<Response>, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await send();
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreachable(cause);
  }
}

/** A call that got no answer, or none in the time that its caller gives it. */
export function unreachable(cause: unknown): ApiProblem {
  const detail = 'The service could not be reached. Nothing was changed as far as is known; try again.';
  const type = 'urn:afterimage:problem:unreachable';
  return new ApiProblem({ type, title: 'The service cannot be reached', status: 0, detail }, { cause });
}

async function problemOf(response: Response): Promise<Problem> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  // API Gateway itself refuses without a body of ours.
  const type = response.status === 401 ? 'unauthenticated' : 'internal';
  return { type: `urn:afterimage:problem:${type}`, title: response.statusText || 'Refused', status: response.status };
}
