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

/** Routes by the contracts, and turns everything that is thrown into a problem. What is not bound is not found. */
export function createApiHandler<Dependencies, Caller>(
  serviceName: string,
  bindings: readonly RouteBinding<Dependencies, Caller>[],
  answer: Answer<Dependencies, Caller>,
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
  return middy<APIGatewayProxyEventV2, HttpResponse>().use(problemsForErrors(log)).use(accessLog(log)).handler(router);
}

interface MiddlewareRequest {
  event: unknown;
  response: unknown;
  error: Error | null;
}

function problemsForErrors(log: Log) {
  return {
    onError: (request: MiddlewareRequest) => {
      const { error } = request;
      const instance = requestIdOf(request.event);
      if (error instanceof Refusal) {
        const { problem, detail, errors } = error;
        log.info('request refused', { problem, requestId: instance });
        request.response = problemResponse(problem, { detail, instance, ...(errors === undefined ? {} : { errors }) });
        return;
      }
      log.error('request failed', { requestId: instance, ...describeError(error) });
      const detail = 'Nothing is known to have changed. Try again; if it happens again, tell an operator this id.';
      request.response = problemResponse('internal', { detail, instance });
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
