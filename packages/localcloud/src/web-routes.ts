import type { HttpHandler } from './server/http-listener.ts';
import {
  jsonAnswer,
  sendWebResponse,
  type WebRequest,
  type WebResponse,
  webRequestOf,
} from './services/web/web-exchange.ts';

type WebHandler = (request: WebRequest) => Promise<WebResponse>;

export interface WebRoutes {
  /** What is under `/oidc/`. */
  issuer: WebHandler;
  /** An API at its own address, `/_execute-api/ID/…` here. */
  api(apiId: string, request: WebRequest): Promise<WebResponse>;
  /** Everything else: the distribution, or what stands in for it. */
  site: WebHandler;
}

/** What is not AWS's API on the one port: the OIDC issuer, the HTTP APIs' own addresses, and the site. */
export function createWebHandler(routes: WebRoutes): HttpHandler {
  return async (message, response) => {
    const request = webRequestOf(message);
    await sendWebResponse(message, response, await route(routes, request));
  };
}

function route(routes: WebRoutes, request: WebRequest): Promise<WebResponse> {
  const [, , apiId = '', rest = ''] = /^(\/_execute-api\/)([a-z0-9]+)(\/.*)?$/.exec(request.rawPath) ?? [];
  if (apiId !== '') return routes.api(apiId, { ...request, rawPath: rest || '/' });
  if (request.rawPath === '/oidc' || request.rawPath.startsWith('/oidc/')) return routes.issuer(request);
  return routes.site(request);
}

/** Without a distribution in the template the only HTTP API stands in for it. */
export function onlyApi(apiIds: () => string[], api: WebRoutes['api']): WebHandler {
  return async (request) => {
    const [apiId] = apiIds();
    return apiId === undefined ? jsonAnswer(404, { message: 'Not Found' }) : api(apiId, request);
  };
}
