import type { WebResponse } from '../web/web-exchange.ts';
import type { ApiExchange } from './api-model.ts';
import { contextVariable } from './context-variables.ts';

/** One line in the stage's format; what a request has no value for is `-`. */
export function renderAccessLog(
  format: string,
  exchange: ApiExchange,
  response: WebResponse,
  endedAtMs: number,
): string {
  const latencyMs = String(endedAtMs - exchange.startedAtMs);
  const ofResponse: Record<string, string> = {
    status: String(response.status),
    responseLength: String(bodyLength(response)),
    responseLatency: latencyMs,
  };
  const line = format.replace(
    /\$context\.([A-Za-z0-9_:.-]*[A-Za-z0-9_])/g,
    (_match, name: string) => ofResponse[name] ?? contextVariable(exchange, name) ?? '-',
  );
  return `${line}\n`;
}

function bodyLength({ body }: WebResponse): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.length : 0;
}
