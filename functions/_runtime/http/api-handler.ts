import middy from '@middy/core';
import httpRouter from '@middy/http-router';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { createLog, describeError, type Log } from '../logger.ts';
import { type HttpEvent, type HttpResponse, httpEventSchema } from './http-event.ts';
import { Refusal } from './refusal.ts';
import { problemResponse } from './responses.ts';
import type { RouteBinding } from './route-binding.ts';

/** Answers one matched call; throws a `Refusal` for what it refuses. */
export type Answer<Dependencies, Caller> = (
  binding: RouteBinding<Dependencies, Caller>,
  event: HttpEvent,
) => Promise<HttpResponse>;

/** @param instance request id, for operators */
export type AnswerRefusal = (refusal: Refusal, instance: string) => HttpResponse;

function answerProblem({ problem, detail, errors }: Refusal, instance: string): HttpResponse {
  return problemResponse(problem, { detail, instance, ...(errors === undefined ? {} : { errors }) });
}

/** Routes by the contracts, and turns everything that is thrown into a problem. What is not bound is not found. */
export function createApiHandler<Dependencies, Caller>(
  serviceName: string,
  bindings: readonly RouteBinding<Dependencies, Caller>[],
  answer: Answer<Dependencies, Caller>,
  answerRefusal: AnswerRefusal = answerProblem,
): (event: APIGatewayProxyEventV2, context: Context) => Promise<HttpResponse> {
  const log = createLog(serviceName);
  const router = httpRouter({
    routes: bindings.map((binding) => ({
      method: binding.route.method,
      path: binding.route.path,
      handler: async (event: unknown) => answer(binding, httpEventSchema.parse(event)),
    })),
    notFoundResponse: () => {
      throw new Refusal('not-found', 'There is nothing at this address.');
    },
  });
  return middy<APIGatewayProxyEventV2, HttpResponse>()
    .use(refusalsForErrors(log, answerRefusal))
    .use(accessLog(log))
    .handler(router);
}

interface MiddlewareRequest {
  event: unknown;
  response: unknown;
  error: Error | null;
}

function refusalsForErrors(log: Log, answerRefusal: AnswerRefusal) {
  return {
    onError: (request: MiddlewareRequest) => {
      const { error } = request;
      const instance = requestIdOf(request.event);
      if (error instanceof Refusal) {
        log.info('request refused', { problem: error.problem, requestId: instance });
        request.response = answerRefusal(error, instance);
        return;
      }
      log.error('request failed', { requestId: instance, ...describeError(error) });
      const detail = 'Nothing is known to have changed. Try again; if it happens again, tell an operator this id.';
      request.response = answerRefusal(new Refusal('internal', detail), instance);
    },
  };
}

function accessLog(log: Log) {
  return {
    after: ({ event, response }: MiddlewareRequest) => {
      const parsed = httpEventSchema.safeParse(event);
      if (!parsed.success) return;
      const { requestId, http } = parsed.data.requestContext;
      const { statusCode } = response as HttpResponse;
      log.info('request answered', { requestId, method: http.method, path: http.path, statusCode });
    },
  };
}

function requestIdOf(event: unknown): string {
  const parsed = httpEventSchema.safeParse(event);
  return parsed.success ? parsed.data.requestContext.requestId : 'unknown';
}
