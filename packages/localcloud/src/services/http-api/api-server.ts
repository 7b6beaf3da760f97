import { randomBytes } from 'node:crypto';
import { AwsError, type Kernel } from '../../kernel/types.ts';
import { renderAccessLog } from '../api-gateway/access-log.ts';
import { type Api, type ApiExchange, executeApiArn, type Integration } from '../api-gateway/api-model.ts';
import { invokeIntegration } from '../api-gateway/function-integration.ts';
import { BodyTooLargeError, jsonAnswer, type WebRequest, type WebResponse } from '../web/web-exchange.ts';
import { contextVariable, responseVariables } from './context-variables.ts';
import { answerPreflight, withCorsHeaders } from './cors.ts';
import type { HttpApiDependencies } from './dependencies.ts';
import { JwtAuthorizers } from './jwt-authorizer.ts';
import { LambdaAuthorizers } from './lambda-authorizer.ts';
import { proxyEvent } from './proxy-event.ts';
import { readProxyResponse } from './proxy-response.ts';
import { decodePath, matchRoute } from './route-matching.ts';
import { sendMessage } from './send-message-integration.ts';

const bodyLimitBytes = 10 * 1024 * 1024;

/** Takes a request through its API: route, authorizer, integration, CORS, access log. */
export class ApiServer {
  readonly #kernel: Kernel;
  readonly #dependencies: HttpApiDependencies;
  readonly #jwtAuthorizers: JwtAuthorizers;
  readonly #lambdaAuthorizers: LambdaAuthorizers;

  constructor(kernel: Kernel, dependencies: HttpApiDependencies) {
    this.#kernel = kernel;
    this.#dependencies = dependencies;
    this.#jwtAuthorizers = new JwtAuthorizers(kernel.now);
    this.#lambdaAuthorizers = new LambdaAuthorizers(dependencies.invokeFor, kernel.now);
  }

  async handle(api: Api, request: WebRequest): Promise<WebResponse> {
    const requestId = randomBytes(11).toString('base64');
    const preflight = api.cors && answerPreflight(api.cors, request);
    const answer = preflight ?? (await this.#route(api, request, requestId));
    const response = api.cors && !preflight ? withCorsHeaders(api.cors, request, answer) : answer;
    this.#kernel.usage.count({ service: 'apigateway', operation: 'request', caller: 'client' }, { requests: 1 });
    return {
      ...response,
      headers: { date: new Date(this.#kernel.now()).toUTCString(), ...response.headers, 'apigw-requestid': requestId },
    };
  }

  async #route(api: Api, request: WebRequest, requestId: string): Promise<WebResponse> {
    const place = locate(api, request, requestId, this.#kernel.now());
    if (!place) return jsonAnswer(404, { message: 'Not Found' });
    const response = await this.#answer(place);
    const { accessLog } = place.stage;
    if (accessLog) {
      const ofResponse = responseVariables(response, this.#kernel.now() - place.startedAtMs);
      const line = renderAccessLog(accessLog.format, (name) => ofResponse[name] ?? contextVariable(place, name));
      this.#dependencies.appendLog(accessLog.logGroupName, line);
    }
    return response;
  }

  async #answer(exchange: ApiExchange): Promise<WebResponse> {
    try {
      exchange.body = await exchange.request.readBody(bodyLimitBytes);
      const refusal = await this.#authorize(exchange);
      return refusal ?? (await this.#integrate(exchange));
    } catch (error) {
      if (error instanceof BodyTooLargeError) return jsonAnswer(413, { message: 'Request Entity Too Large' });
      const { code, message } = error instanceof AwsError ? error : { code: 'Error', message: String(error) };
      this.#kernel.log('error', 'API Gateway could not reach an integration or authorizer', {
        routeKey: exchange.route.routeKey,
        code,
        reason: message,
      });
      return jsonAnswer(500, { message: 'Internal Server Error' });
    }
  }

  async #authorize(exchange: ApiExchange): Promise<WebResponse | undefined> {
    const { authorizerId } = exchange.route;
    if (authorizerId === undefined) return undefined;
    const authorizer = exchange.api.authorizers.get(authorizerId);
    if (!authorizer) return jsonAnswer(500, { message: 'Internal Server Error' });
    const authorization =
      authorizer.kind === 'jwt'
        ? await this.#jwtAuthorizers.authorize(authorizer, exchange)
        : await this.#lambdaAuthorizers.authorize(authorizer, exchange);
    if (authorization.kind === 'refused') return authorization.response;
    exchange.authorizer = authorization.result;
    return undefined;
  }

  async #integrate(exchange: ApiExchange): Promise<WebResponse> {
    const integration = exchange.api.integrations.get(exchange.route.integrationId);
    if (!integration) return jsonAnswer(500, { message: 'Internal Server Error' });
    return integration.kind === 'send-message'
      ? sendMessage(integration, exchange, this.#dependencies.sendToQueue)
      : this.#invoke(integration, exchange);
  }

  async #invoke(integration: Extract<Integration, { kind: 'function' }>, exchange: ApiExchange): Promise<WebResponse> {
    const { api, stage, route } = exchange;
    const sourceArn = executeApiArn(api.id, stage.name, route.routeKey.replace(' /', '/'));
    const { invokeFor } = this.#dependencies;
    const outcome = await invokeIntegration(invokeFor, integration, sourceArn, proxyEvent(exchange));
    if (outcome === 'late') return jsonAnswer(503, { message: 'Service Unavailable' });
    const response = outcome.ok ? readProxyResponse(outcome.payload) : undefined;
    return response ?? jsonAnswer(500, { message: 'Internal Server Error' });
  }
}

/** Finds the stage and the route. A stage other than `$default` is the first segment of the path. */
function locate(api: Api, request: WebRequest, requestId: string, startedAtMs: number): ApiExchange | undefined {
  const [, firstSegment = ''] = request.rawPath.split('/');
  const named = api.stages.get(decodePath(firstSegment));
  const stage = named ?? api.stages.get('$default');
  if (!stage) return undefined;
  const rawPath = named ? request.rawPath.slice(firstSegment.length + 1) || '/' : request.rawPath;
  const match = matchRoute(api.routes.values(), request.method, rawPath);
  if (!match) return undefined;
  return {
    api,
    stage,
    ...match,
    request,
    path: decodePath(rawPath),
    body: Buffer.alloc(0),
    requestId,
    startedAtMs,
    authorizer: undefined,
  };
}
