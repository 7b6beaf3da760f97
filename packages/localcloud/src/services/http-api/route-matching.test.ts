import { describe, expect, test } from '@jest/globals';
import { matchRoute } from './route-matching.ts';

const routes = ['GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /{proxy+}', '$default'].map(
  (routeKey) => ({ routeKey, integrationId: 'i', authorizerId: undefined, scopes: [], hasResponse: false }),
);

function match(method: string, path: string, keys = routes) {
  const found = matchRoute(keys, method, path);
  return found && [found.route.routeKey, found.pathParameters];
}

describe('matching a route', () => {
  test('prefers the most specific path', () => {
    expect(match('GET', '/pets/dog/1')).toEqual(['GET /pets/dog/1', {}]);
    expect(match('GET', '/pets/dog/2')).toEqual(['GET /pets/dog/{id}', { id: '2' }]);
    expect(match('GET', '/pets/cat/1')).toEqual(['GET /pets/{proxy+}', { proxy: 'cat/1' }]);
    expect(match('POST', '/pets/dog/1')).toEqual(['ANY /{proxy+}', { proxy: 'pets/dog/1' }]);
  });

  test('prefers a method to ANY on the same path', () => {
    const both = ['ANY /a/{b}', 'PUT /a/{b}'].map((routeKey) => ({ ...routes[0], routeKey })) as typeof routes;
    expect(match('PUT', '/a/1', both)?.[0]).toBe('PUT /a/{b}');
    expect(match('GET', '/a/1', both)?.[0]).toBe('ANY /a/{b}');
  });

  test('decodes path parameters and does not let an encoded slash end a segment', () => {
    expect(match('GET', '/pets/dog/a%2Fb%20c')).toEqual(['GET /pets/dog/{id}', { id: 'a/b c' }]);
  });

  test('falls back to $default, and to nothing without one', () => {
    const exact = routes.filter(({ routeKey }) => !routeKey.includes('+'));
    expect(match('GET', '/elsewhere', exact)).toEqual(['$default', {}]);
    expect(match('GET', '/pets/dog/', exact)).toEqual(['$default', {}]);
    expect(match('GET', '/elsewhere', exact.slice(0, 2))).toBeUndefined();
  });
});
