import { AwsError, type Kernel } from '../../kernel/types.ts';
import { renderAccessLog } from '../api-gateway/access-log.ts';
import { domainName, executeApiArn, type Integration, type Route } from '../api-gateway/api-model.ts';
import { invokeIntegration } from '../api-gateway/function-integration.ts';
import { requestTime } from '../api-gateway/request-time.ts';
import type { WebSocketDependencies } from './dependencies.ts';
import type { WebSocketExchange } from './websocket-model.ts';

/** What a route's function answered; for `$connect` the status decides about the connection. */
export interface RouteAnswer {
  status: number;
  /** The function failed, was late or answered without a status. */
  isFailure: boolean;
  /** Lower-cased names. */
  headers: Record<string, string>;
  body: string | undefined;
}

const badGateway: RouteAnswer = { status: 502, isFailure: true, headers: {}, body: undefined };

export type RouteRunner = (
  route: Route,
  exchange: WebSocketExchange,
  event: Record<string, unknown>,
) => Promise<RouteAnswer>;

/** Takes events of connections to the functions of their routes, and writes the stage's access log. */
export function createRouteRunner(kernel: Pick<Kernel, 'log'>, dependencies: WebSocketDependencies): RouteRunner {
  async function invoke(
    integration: Integration | undefined,
    exchange: WebSocketExchange,
    event: Record<string, unknown>,
  ): Promise<RouteAnswer> {
    if (integration?.kind !== 'function') return badGateway;
    const { api, stage } = exchange.connection;
    const sourceArn = executeApiArn(api.id, stage.name, exchange.routeKey);
    const outcome = await invokeIntegration(dependencies.invokeFor, integration, sourceArn, event);
    return outcome !== 'late' && outcome.ok ? (readAnswer(outcome.payload) ?? badGateway) : badGateway;
  }

  return async (route, exchange, event) => {
    const { api, stage } = exchange.connection;
    let answer = badGateway;
    try {
      answer = await invoke(api.integrations.get(route.integrationId), exchange, event);
    } catch (error) {
      const { code, message } = error instanceof AwsError ? error : { code: 'Error', message: String(error) };
      const fields = { routeKey: route.routeKey, code, reason: message };
      kernel.log('error', 'API Gateway could not reach an integration', fields);
    }
    if (stage.accessLog) {
      const variables = contextVariables(exchange, answer.status);
      const line = renderAccessLog(stage.accessLog.format, (name) => variables[name]);
      dependencies.appendLog(stage.accessLog.logGroupName, line);
    }
    return answer;
  };
}

function readAnswer(payload: unknown): RouteAnswer | undefined {
  const { statusCode, headers, body } = Object(payload) as Record<string, unknown>;
  const status = Number(statusCode);
  if (statusCode === undefined || !Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined;
  const entries = Object.entries(Object(headers)).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { status, isFailure: false, headers: Object.fromEntries(entries), body: body ?? undefined };
}

/** `$context` variables of access logs, by name. */
function contextVariables(exchange: WebSocketExchange, status: number): Record<string, string> {
  const { connection, eventType, routeKey, requestId, atMs } = exchange;
  const { api, stage, connectionId, connectedAtMs, sourceIp, userAgent } = connection;
  return {
    apiId: api.id,
    connectedAt: String(connectedAtMs),
    connectionId,
    domainName: domainName(api.id),
    eventType,
    extendedRequestId: requestId,
    'identity.sourceIp': sourceIp,
    'identity.userAgent': userAgent,
    messageDirection: 'IN',
    ...(eventType === 'MESSAGE' && { messageId: requestId }),
    requestId,
    requestTime: requestTime(atMs),
    requestTimeEpoch: String(atMs),
    routeKey,
    stage: stage.name,
    status: String(status),
  };
}
