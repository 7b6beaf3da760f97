import { notImplemented } from '../../kernel/types.ts';
import type { Api, Authorizer, CorsConfiguration, Integration, Route, Stage } from './api-model.ts';

type Properties = Record<string, unknown>;

const defaultTimeoutMs: Record<Api['protocol'], number> = { HTTP: 30_000, WEBSOCKET: 29_000 };
const payloadFormats: Record<Api['protocol'], string> = { HTTP: '2.0', WEBSOCKET: '1.0' };
const sendMessageParameters = new Set(['QueueUrl', 'MessageBody', 'Region']);

export function readCors(value: unknown): CorsConfiguration | undefined {
  if (value === undefined) return undefined;
  const cors = value as Properties;
  return {
    allowOrigins: textList(cors.AllowOrigins),
    allowMethods: textList(cors.AllowMethods),
    allowHeaders: textList(cors.AllowHeaders),
    exposeHeaders: textList(cors.ExposeHeaders),
    allowCredentials: cors.AllowCredentials === true,
    maxAgeSeconds: cors.MaxAge === undefined ? undefined : Number(cors.MaxAge),
  };
}

export function readStage(properties: Properties): Stage {
  const log = properties.AccessLogSettings as { DestinationArn?: string; Format?: string } | undefined;
  const logGroupName = /:log-group:([^:]+)/.exec(log?.DestinationArn ?? '')?.[1];
  return {
    name: String(properties.StageName),
    variables: (properties.StageVariables as Record<string, string> | undefined) ?? {},
    accessLog:
      logGroupName !== undefined && log?.Format !== undefined ? { logGroupName, format: log.Format } : undefined,
  };
}

/** Reads an integration with a function or, of an HTTP API, with a queue. Errors: NotImplemented for any other. */
export function readIntegration(properties: Properties, protocol: Api['protocol']): Integration {
  const { IntegrationType, IntegrationSubtype, IntegrationUri, PayloadFormatVersion = '1.0' } = properties;
  if (IntegrationType !== 'AWS_PROXY') throw notImplemented(`the integration type ${String(IntegrationType)}`);
  if (IntegrationSubtype === 'SQS-SendMessage' && protocol === 'HTTP') return readSendMessage(properties);
  if (IntegrationSubtype !== undefined) throw notImplemented(`the integration ${String(IntegrationSubtype)}`);
  if (PayloadFormatVersion !== payloadFormats[protocol]) {
    throw notImplemented(`payload format ${String(PayloadFormatVersion)}`);
  }
  if (properties.RequestParameters !== undefined) throw notImplemented('request parameters of a Lambda integration');
  return {
    kind: 'function',
    functionArn: functionArnOf(IntegrationUri),
    roleArn: optionalText(properties.CredentialsArn),
    timeoutMs: Number(properties.TimeoutInMillis ?? defaultTimeoutMs[protocol]),
  };
}

function readSendMessage(properties: Properties): Integration {
  const parameters = (properties.RequestParameters ?? {}) as Record<string, string>;
  const unknown = Object.keys(parameters).filter((name) => !sendMessageParameters.has(name));
  if (unknown.length > 0) throw notImplemented(`the SQS-SendMessage parameters ${unknown.join(', ')}`);
  return { kind: 'send-message', roleArn: String(properties.CredentialsArn), parameters };
}

/** `$request.body.a.b`, with or without braces, as the steps into the body. Errors: NotImplemented for another form. */
export function readRouteSelection(expression: unknown): string[] {
  const path = /^\$\{?request\.body\.([A-Za-z0-9_.]+)\}?$/.exec(String(expression))?.[1];
  if (path === undefined) throw notImplemented(`the route selection expression ${String(expression)}`);
  return path.split('.');
}

const routeAuthorizations: Record<Api['protocol'], readonly unknown[]> = {
  HTTP: ['NONE', 'JWT', 'CUSTOM'],
  WEBSOCKET: ['NONE'],
};

export function readRoute(properties: Properties, protocol: Api['protocol']): Route {
  const { AuthorizationType: type = 'NONE', RouteResponseSelectionExpression: selection } = properties;
  if (!routeAuthorizations[protocol].includes(type)) throw notImplemented(`${String(type)} authorization`);
  if (properties.ApiKeyRequired === true) throw notImplemented('API keys');
  if (selection !== undefined && selection !== '$default') {
    throw notImplemented(`the route response selection ${String(selection)}`);
  }
  return {
    routeKey: String(properties.RouteKey),
    integrationId: String(properties.Target).replace(/^integrations\//, ''),
    authorizerId: type === 'NONE' ? undefined : optionalText(properties.AuthorizerId),
    scopes: textList(properties.AuthorizationScopes),
    hasResponse: selection === '$default',
  };
}

export function readAuthorizer(properties: Properties, id: string): Authorizer {
  const identitySources = textList(properties.IdentitySource);
  if (properties.AuthorizerType === 'JWT') {
    const jwt = properties.JwtConfiguration as { Issuer: string; Audience?: unknown };
    return { kind: 'jwt', id, identitySources, issuer: jwt.Issuer, audience: textList(jwt.Audience) };
  }
  if (properties.AuthorizerPayloadFormatVersion !== '2.0') {
    throw notImplemented(`authorizer payload format ${String(properties.AuthorizerPayloadFormatVersion)}`);
  }
  const defaultTtlSeconds = identitySources.length > 0 ? 300 : 0;
  return {
    kind: 'function',
    id,
    identitySources,
    functionArn: functionArnOf(properties.AuthorizerUri),
    roleArn: optionalText(properties.AuthorizerCredentialsArn),
    hasSimpleResponses: properties.EnableSimpleResponses === true,
    cacheTtlSeconds: Number(properties.AuthorizerResultTtlInSeconds ?? defaultTtlSeconds),
  };
}

/** Takes a function's ARN, or the `apigateway:…:path/…/functions/ARN/invocations` form of it. */
function functionArnOf(value: unknown): string {
  const text = String(value);
  return /functions\/(arn:aws:lambda:.+)\/invocations$/.exec(text)?.[1] ?? text;
}

function textList(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
