import { accountId, region } from '../../kernel/types.ts';
import type { WebRequest } from '../web/web-exchange.ts';

export interface CorsConfiguration {
  allowOrigins: string[];
  allowMethods: string[];
  allowHeaders: string[];
  exposeHeaders: string[];
  allowCredentials: boolean;
  maxAgeSeconds: number | undefined;
}

export interface Stage {
  name: string;
  variables: Record<string, string>;
  accessLog: { logGroupName: string; format: string } | undefined;
}

export type Integration =
  | {
      kind: 'function';
      functionArn: string;
      /** Role to invoke with; without one the function's resource-based policy decides. */
      roleArn: string | undefined;
      timeoutMs: number;
    }
  | { kind: 'send-message'; roleArn: string; parameters: Record<string, string> };

export type Authorizer =
  | { kind: 'jwt'; id: string; identitySources: string[]; issuer: string; audience: string[] }
  | {
      kind: 'function';
      id: string;
      identitySources: string[];
      functionArn: string;
      roleArn: string | undefined;
      hasSimpleResponses: boolean;
      cacheTtlSeconds: number;
    };

export interface Route {
  /** `GET /recordings/{id}` or `$default`; of a WebSocket API `$connect`, `$disconnect`, `$default` or a name. */
  routeKey: string;
  integrationId: string;
  authorizerId: string | undefined;
  scopes: string[];
  /** Of a WebSocket API: what the integration returns goes back to the client. */
  hasResponse: boolean;
}

export interface Api {
  id: string;
  protocol: 'HTTP' | 'WEBSOCKET';
  /** Where the body of a WebSocket message says which route it is for, step by step; empty for an HTTP API. */
  routeSelection: string[];
  cors: CorsConfiguration | undefined;
  stages: Map<string, Stage>;
  routes: Map<string, Route>;
  integrations: Map<string, Integration>;
  authorizers: Map<string, Authorizer>;
}

/** Who the caller is, as the authorizer found. */
export type AuthorizerResult =
  | { jwt: { claims: Record<string, string>; scopes: string[] | null } }
  | { lambda: Record<string, unknown> };

/** One request on its way through the API. */
export interface ApiExchange {
  api: Api;
  stage: Stage;
  route: Route;
  request: WebRequest;
  /** Percent-decoded, without the stage. */
  path: string;
  body: Buffer;
  pathParameters: Record<string, string>;
  requestId: string;
  startedAtMs: number;
  authorizer: AuthorizerResult | undefined;
}

/** The ARN that permissions name: the API, the stage, the method and a path. */
export function executeApiArn(apiId: string, ...rest: string[]): string {
  return `arn:aws:execute-api:${region}:${accountId}:${[apiId, ...rest].join('/')}`;
}

export function domainName(apiId: string): string {
  return `${apiId}.execute-api.${region}.amazonaws.com`;
}
