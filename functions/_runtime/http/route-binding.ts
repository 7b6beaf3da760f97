import type { ProblemName, RouteContract, RouteInput, RouteResponse } from '@afterimage/contracts';
import type { Identity } from '@afterimage/core';

/** Problems that any route may answer without saying so in its contract. */
type CommonProblem = 'invalid-request';

/** What a use case answers: the response of its contract, or one of the problems that its contract names. */
export type Outcome<R extends RouteContract> =
  | { isDone: true; response: RouteResponse<R> }
  | { isDone: false; problem: R['problems'][number] | CommonProblem; detail: string };

/** Who calls, and the id by which operators find the call. */
export interface Call<Caller> {
  caller: Caller;
  requestId: string;
  sourceAddress: string | undefined;
}

export type ReviewerCall = Call<Identity>;

/** A use case with its dependencies and one input; it never sees an HTTP event. */
export type UseCase<R extends RouteContract, Dependencies, Caller> = (
  dependencies: Dependencies,
  input: RouteInput<R>,
  call: Call<Caller>,
) => Promise<Outcome<R>>;

/** A route bound to its use case; the types were checked where they were bound. */
export interface RouteBinding<Dependencies, Caller> {
  route: RouteContract;
  run: (
    dependencies: Dependencies,
    input: { params: unknown; query: unknown; body: unknown },
    call: Call<Caller>,
  ) => Promise<{ isDone: true; response: unknown } | { isDone: false; problem: ProblemName; detail: string }>;
  /** What is let go when the roles of a caller no longer allow the route; it shows and answers nothing. */
  whenDenied?: (
    dependencies: Dependencies,
    input: { params: unknown; query: unknown; body: unknown },
    call: Call<Caller>,
  ) => Promise<void>;
}

interface ServeOptions<R extends RouteContract, Dependencies, Caller> {
  whenDenied?: (dependencies: Dependencies, input: RouteInput<R>, call: Call<Caller>) => Promise<void>;
}

/** Binds a contract to a use case that fits it. */
export function serve<R extends RouteContract, Dependencies, Caller>(
  route: R,
  useCase: UseCase<R, Dependencies, Caller>,
  { whenDenied }: ServeOptions<R, Dependencies, Caller> = {},
): RouteBinding<Dependencies, Caller> {
  return {
    route,
    run: (dependencies, input, call) => useCase(dependencies, input as RouteInput<R>, call),
    ...(whenDenied === undefined
      ? {}
      : { whenDenied: (dependencies, input, call) => whenDenied(dependencies, input as RouteInput<R>, call) }),
  };
}

export function done<T>(response: T): { isDone: true; response: T } {
  return { isDone: true, response };
}

/** @param detail what happened, what was kept, what to do next */
export function refuse<P extends ProblemName>(
  problem: P,
  detail: string,
): { isDone: false; problem: P; detail: string } {
  return { isDone: false, problem, detail };
}
