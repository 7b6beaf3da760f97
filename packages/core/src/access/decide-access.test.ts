import { type Access, roleSchema } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { decideAccess } from './decide-access.ts';

const roles = roleSchema.options;
const missing = { isAllowed: false, problem: 'role-missing' };

/** Which route is open to whom is written down in test/contract/access-table.ts. */
describe('decideAccess', () => {
  test.each(roles)('lets in a holder of %s alone where that role is named, and nobody for another role', (role) => {
    const access: Access = { kind: 'roles', anyOf: [role] };
    expect(decideAccess(access, new Set([role]))).toEqual({ isAllowed: true });
    expect(decideAccess(access, new Set(roles.filter((other) => other !== role)))).toEqual(missing);
    expect(decideAccess(access, new Set())).toEqual(missing);
  });

  test('is content with one of the roles that are named', () => {
    const access: Access = { kind: 'roles', anyOf: ['Player', 'PrivilegedPlayer'] };
    expect(decideAccess(access, new Set(['PrivilegedPlayer']))).toEqual({ isAllowed: true });
    expect(decideAccess(access, new Set(['PolicyAdministrator']))).toEqual(missing);
  });

  test('lets in whoever is signed in where a route says so', () => {
    expect(decideAccess({ kind: 'signed-in', because: 'a test' }, new Set())).toEqual({ isAllowed: true });
  });

  test('keeps people out of the routes of agents whatever their roles', () => {
    const agentAccess: Access[] = [{ kind: 'agent' }, { kind: 'open', because: 'the body decides' }];
    for (const access of agentAccess) expect(decideAccess(access, new Set(roles)).isAllowed).toBe(false);
  });
});
