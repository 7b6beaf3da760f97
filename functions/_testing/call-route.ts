import type { RouteContract, RouteRequest, RouteResponse } from '@afterimage/contracts';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { httpEvent, lambdaContext } from './http-events.ts';

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<{ statusCode: number; body: string }>;

export interface CallOptions {
  /** A person by name, in the group of the first administrators unless other groups are given. */
  person?: string;
  groups?: readonly string[];
  agentId?: string;
}

interface Answer<R extends RouteContract> {
  status: number;
  json: RouteResponse<R>;
  problem: { type?: string; detail?: string; errors?: { pointer: string; detail: string }[] };
}

/** Calls a route of a function as API Gateway would, past its authorizer. */
export async function callRoute<R extends RouteContract>(
  handler: Handler,
  route: R,
  request: { [K in keyof RouteRequest<R>]?: RouteRequest<R>[K] | undefined } = {},
  { person = 'root', groups = ['administrators'], agentId }: CallOptions = {},
): Promise<Answer<R>> {
  const params = request.params === undefined ? undefined : texts(request.params);
  const event = httpEvent({
    method: route.method,
    path: route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params?.[name] ?? '')),
    ...(agentId === undefined ? { claims: { username: person, 'cognito:groups': groups } } : { agentId }),
    ...(params === undefined ? {} : { params }),
    ...(request.query === undefined ? {} : { query: texts(request.query) }),
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  const { statusCode, body } = await handler(event, lambdaContext);
  const json: unknown = body === '' ? {} : JSON.parse(body);
  return { status: statusCode, json: json as RouteResponse<R>, problem: json as Answer<R>['problem'] };
}

function texts(values: object): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
