import type { AuthorizerResult } from '../api-gateway/api-model.ts';
import { jsonAnswer, type WebResponse } from '../web/web-exchange.ts';

export type Authorization = { kind: 'allowed'; result: AuthorizerResult } | { kind: 'refused'; response: WebResponse };

export function unauthorized(wwwAuthenticate?: string): Authorization {
  const headers: Record<string, string> = wwwAuthenticate === undefined ? {} : { 'www-authenticate': wwwAuthenticate };
  return { kind: 'refused', response: jsonAnswer(401, { message: 'Unauthorized' }, headers) };
}

export function forbidden(wwwAuthenticate?: string): Authorization {
  const headers: Record<string, string> = wwwAuthenticate === undefined ? {} : { 'www-authenticate': wwwAuthenticate };
  return { kind: 'refused', response: jsonAnswer(403, { message: 'Forbidden' }, headers) };
}
