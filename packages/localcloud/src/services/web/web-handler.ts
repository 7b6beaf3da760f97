import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Kernel } from '../../kernel/types.ts';
import type { HttpApi } from '../http-api/index.ts';
import { jsonAnswer, sendWebResponse, type WebRequest, type WebResponse, webRequestOf } from './web-exchange.ts';

/** What may stand behind a plain HTTP address of this port. */
export interface WebParts {
  httpApi: HttpApi;
  /** The OIDC issuer's answer to a path under `/oidc/`. */
  issuer?: { handle(request: WebRequest): Promise<WebResponse> };
  /** The distribution; undefined while the template has none. */
  distribution?: { handle(request: WebRequest): Promise<WebResponse> | undefined };
}

const executeApiPath = /^\/_execute-api\/([^/]+)(\/.*)?$/;

/**
 * Answers every request that is not AWS's own API: `/oidc/…` is the issuer, `/_execute-api/ID/…` an HTTP API's own
 * address, and everything else the distribution or, without one, the one HTTP API.
 */
export function createWebHandler(
  parts: WebParts,
  log: Kernel['log'],
): (message: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (message, response) => {
    const request = webRequestOf(message);
    let answer: WebResponse;
    try {
      answer = await route(parts, request);
    } catch (error) {
      log('error', 'a web request failed', { path: request.rawPath, error: String(error) });
      answer = jsonAnswer(500, { message: 'Internal Server Error' });
    }
    await sendWebResponse(message, response, answer).catch((error: unknown) =>
      log('debug', 'response interrupted', { path: request.rawPath, error: String(error) }),
    );
  };
}

async function route(parts: WebParts, request: WebRequest): Promise<WebResponse> {
  if (parts.issuer && request.rawPath.startsWith('/oidc/')) return parts.issuer.handle(request);
  const api = executeApiPath.exec(request.rawPath);
  if (api?.[1] !== undefined) return parts.httpApi.handle(api[1], { ...request, rawPath: api[2] ?? '/' });
  const distributed = await parts.distribution?.handle(request);
  if (distributed) return distributed;
  const [only, ...others] = parts.httpApi.apiIds();
  if (only === undefined || others.length > 0) return jsonAnswer(404, { message: 'Not Found' });
  return parts.httpApi.handle(only, request);
}
