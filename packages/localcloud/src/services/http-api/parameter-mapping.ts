import type { ApiExchange } from '../api-gateway/api-model.ts';
import { contextVariable } from './context-variables.ts';
import { queryParameters } from './proxy-event.ts';

/** A JSON path into the body is cut here by API Gateway; the whole body (`$request.body`) is not. Bytes. */
const jsonPathLimitBytes = 100 * 1024;

/** Evaluates one request parameter: a constant, a `$…` expression, or text with `${…}` in it. */
export function mapParameter(expression: string, exchange: ApiExchange): string | undefined {
  if (/^\$(?:request|context|stageVariables)\b/.test(expression)) return evaluate(expression.slice(1), exchange);
  return expression.replace(/\$\{([^}]+)\}/g, (_match, inner: string) => evaluate(inner, exchange) ?? '');
}

function evaluate(expression: string, exchange: ApiExchange): string | undefined {
  const [source = '', kind = '', ...rest] = expression.split('.');
  const name = rest.join('.');
  if (source === 'context') return contextVariable(exchange, [kind, ...rest].join('.'));
  if (source === 'stageVariables') return exchange.stage.variables[kind];
  switch (kind) {
    case 'body':
      return name === '' ? exchange.body.toString('utf8') : jsonPath(exchange.body, rest);
    case 'header':
      return exchange.request.headers[name.toLowerCase()];
    case 'querystring':
      return queryParameters(exchange.request.rawQuery)[name];
    case 'path':
      return name === '' ? exchange.path : exchange.pathParameters[name];
    default:
      return undefined;
  }
}

function jsonPath(body: Buffer, path: string[]): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return Buffer.from(text).subarray(0, jsonPathLimitBytes).toString('utf8');
}
