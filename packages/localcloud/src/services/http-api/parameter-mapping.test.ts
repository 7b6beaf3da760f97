import { describe, expect, test } from '@jest/globals';
import type { ApiExchange } from '../api-gateway/api-model.ts';
import { mapParameter } from './parameter-mapping.ts';

function exchangeOf(body: string): ApiExchange {
  return {
    api: {
      id: 'api1',
      protocol: 'HTTP',
      routeSelection: [],
      cors: undefined,
      stages: new Map(),
      routes: new Map(),
      integrations: new Map(),
      authorizers: new Map(),
    },
    stage: { name: '$default', variables: { colour: 'blue' }, accessLog: undefined },
    route: { routeKey: 'POST /a/{id}', integrationId: 'i', authorizerId: undefined, scopes: [], hasResponse: false },
    request: {
      method: 'POST',
      rawPath: '/a/1',
      rawQuery: 'q=2&q=3',
      headers: { 'x-kind': 'notice' },
      sourceIp: '127.0.0.1',
      protocol: 'HTTP/1.1',
      readBody: async () => Buffer.from(body),
    },
    path: '/a/1',
    body: Buffer.from(body),
    pathParameters: { id: '1' },
    requestId: 'request-1',
    startedAtMs: 0,
    authorizer: { lambda: { agentId: 'agent-7' } },
  };
}

describe('mapping a request parameter', () => {
  test.each([
    ['$request.body', '{"a":{"b":"text","n":[1]}}'],
    ['$request.body.a.b', 'text'],
    ['$request.body.a.n', '[1]'],
    ['$request.body.nothing', undefined],
    ['$request.header.X-Kind', 'notice'],
    ['$request.querystring.q', '2,3'],
    ['$request.path.id', '1'],
    ['$request.path', '/a/1'],
    ['$context.requestId', 'request-1'],
    ['$context.authorizer.agentId', 'agent-7'],
    ['$context.nothing', undefined],
    ['$stageVariables.colour', 'blue'],
    ['constant', 'constant'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the mapping's own syntax
    ['${request.header.x-kind} of ${context.authorizer.agentId}', 'notice of agent-7'],
  ])('%s is %s', (expression, expected) => {
    expect(mapParameter(expression, exchangeOf('{"a":{"b":"text","n":[1]}}'))).toBe(expected);
  });

  test('a JSON path is cut at 100 KB, the whole body is not', () => {
    const exchange = exchangeOf(JSON.stringify({ long: 'x'.repeat(150_000) }));
    expect(mapParameter('$request.body.long', exchange)).toHaveLength(102_400);
    expect(mapParameter('$request.body', exchange)).toHaveLength(150_011);
  });

  test('a path into a body that is no JSON has no value', () => {
    expect(mapParameter('$request.body.a', exchangeOf('text'))).toBeUndefined();
  });
});
