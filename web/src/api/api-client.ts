import {
  type Problem,
  problemSchema,
  type RouteContract,
  type RouteRequest,
  type RouteResponse,
} from '@afterimage/contracts';

/** A refusal by the API, as RFC 9457 words it. `status` 0: the API could not be reached. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
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

/** Calls routes by their contract objects. @throws ApiProblem for every refusal */
export function createApiClient(accessToken: () => Promise<string | undefined>): ApiClient {
  return async (route, request, signal) => {
    const token = await accessToken();
    const headers = new Headers({ accept: 'application/json' });
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (request.body !== undefined) headers.set('content-type', 'application/json');
    const response = await send(urlOf(route, request), {
      method: route.method,
      headers,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!response.ok) throw new ApiProblem(await problemOf(response));
    // Our own API, validated against the same contract before it was sent.
    return (await response.json()) as RouteResponse<typeof route>;
  };
}

function urlOf(route: RouteContract, request: { params?: unknown; query?: unknown }): string {
  const params = new Map(Object.entries(request.params ?? {}));
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params.get(name))));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiProblem({ type: 'urn:afterimage:problem:unreachable', title: 'unreachable', status: 0 });
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  const type = response.status === 401 ? 'unauthenticated' : 'internal';
  return { type: `urn:afterimage:problem:${type}`, title: response.statusText, status: response.status };
}
