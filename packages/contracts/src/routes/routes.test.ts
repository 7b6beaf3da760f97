import { describe, expect, test } from '@jest/globals';
import { functionNames } from '../environment/function-names.ts';
import { routes } from './index.ts';

const parametersOf = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);

describe('route contracts', () => {
  test('no two share an operation id, or a method and path', () => {
    expect(new Set(routes.map((route) => route.operationId)).size).toBe(routes.length);
    expect(new Set(routes.map((route) => `${route.method} ${route.path}`)).size).toBe(routes.length);
  });

  test.each(routes.map((route) => [route.operationId, route] as const))(
    '%s parses exactly the parameters of its path',
    (_id, route) => {
      expect(Object.keys(route.params?.shape ?? {}).sort()).toEqual(parametersOf(route.path).sort());
    },
  );

  test.each(routes.map((route) => [route.operationId, route] as const))(
    '%s is audited under a parameter that it has',
    (_id, route) => {
      const subject = route.audit.kind === 'audited' ? route.audit.subject : undefined;
      if (subject !== undefined) expect(parametersOf(route.path)).toContain(subject);
      expect(route.audit.kind === 'audited' || route.audit.because !== '').toBe(true);
    },
  );

  const rolesOf = (under: string) =>
    routes
      .filter(({ path, access }) => path.startsWith(under) && access.kind === 'roles')
      .map(({ operationId, access }) => [operationId, access.kind === 'roles' ? [...access.anyOf] : []] as const);

  test('ROL-001: recording policies are for policy administrators alone; whoever may query policies may try one out', () => {
    const rows = rolesOf('/api/v1/policies/');
    expect(rows.length).toBeGreaterThan(10);
    for (const [operationId, roles] of rows) {
      const isTrying = operationId === 'testRecordingPolicy';
      expect([operationId, roles]).toEqual([
        operationId,
        ['PolicyAdministrator', ...(isTrying ? ['PolicyQuery'] : [])],
      ]);
    }
  });

  test('ROL-006, ROL-009: recordings are shown to players, and no role opens everything', () => {
    for (const role of ['PolicyAdministrator', 'PolicyQuery', 'LoggingReader', 'LoggingWriter'] as const) {
      const opened = rolesOf('/api/v1/recordings').filter(([, roles]) => roles.includes(role));
      expect(opened.map(([operationId]) => operationId)).toEqual(
        role === 'PolicyAdministrator' ? ['finishRecording'] : [],
      );
    }
    for (const role of ['Player', 'PrivilegedPlayer'] as const) {
      expect(rolesOf('/api/v1/policies/').filter(([, roles]) => roles.includes(role))).toEqual([]);
    }
  });

  /** Tell callers of themselves and of their own playback, or what everybody may know. */
  const unaudited = ['getMe', 'getManifestKeys', 'getPlayback', 'namePublishedResources'];

  test('agents reach /agent/v1 and people /api/v1, and nothing that shows or changes for people is unaudited', () => {
    for (const { access, audit, path, operationId, dialect } of routes) {
      if (dialect === 'scim') continue;
      const isAgents = access.kind === 'agent' || access.kind === 'open';
      expect(path.startsWith('/agent/v1/')).toBe(isAgents);
      if (!isAgents && !unaudited.includes(operationId))
        expect([operationId, audit.kind]).toEqual([operationId, 'audited']);
    }
  });

  test('identity providers reach /scim/v2 by their own token, and nothing that they change is unaudited', () => {
    for (const { access, audit, dialect, method, path } of routes) {
      expect(path.startsWith('/scim/v2/')).toBe(dialect === 'scim');
      if (dialect !== 'scim') continue;
      expect(access.kind).toBe('open');
      expect(audit.kind).toBe(method === 'GET' ? 'unaudited' : 'audited');
    }
  });

  test('every integration is a function that exists, or the ingest queue', () => {
    for (const { integration } of routes) {
      if (integration.kind === 'function') expect(functionNames).toContain(integration.name);
    }
  });
});
