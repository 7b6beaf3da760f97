import { type Access, type Role, roleSchema } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { decideAccess } from './decide-access.ts';

const roles = roleSchema.options;
const missing = { isAllowed: false, problem: 'role-missing' };
const active = (...held: Role[]) => ({ isActive: true, roles: new Set(held) });

/** Which route is open to whom is written down in test/contract/access-table.ts. */
describe('decideAccess', () => {
  test.each(roles)('lets in a holder of %s alone where that role is named, and nobody for another role', (role) => {
    const access: Access = { kind: 'roles', anyOf: [role] };
    expect(decideAccess(access, active(role))).toEqual({ isAllowed: true });
    expect(decideAccess(access, active(...roles.filter((other) => other !== role)))).toEqual(missing);
    expect(decideAccess(access, active())).toEqual(missing);
  });

  test('is content with one of the roles that are named', () => {
    const access: Access = { kind: 'roles', anyOf: ['Player', 'PrivilegedPlayer'] };
    expect(decideAccess(access, active('PrivilegedPlayer'))).toEqual({ isAllowed: true });
    expect(decideAccess(access, active('PolicyAdministrator'))).toEqual(missing);
  });

  test('lets in whoever is signed in where a route says so', () => {
    expect(decideAccess({ kind: 'signed-in', because: 'a test' }, active())).toEqual({ isAllowed: true });
  });

  test('refuses whoever is not active wherever a role is named, with a reason of its own', () => {
    const inactive = { isActive: false, roles: new Set(roles) };
    for (const role of roles) {
      expect(decideAccess({ kind: 'roles', anyOf: [role] }, inactive)).toEqual({
        isAllowed: false,
        problem: 'person-inactive',
      });
    }
    expect(decideAccess({ kind: 'signed-in', because: 'a test' }, inactive)).toEqual({ isAllowed: true });
  });

  test('keeps people out of the routes of agents whatever their roles', () => {
    const agentAccess: Access[] = [{ kind: 'agent' }, { kind: 'open', because: 'the body decides' }];
    for (const access of agentAccess) expect(decideAccess(access, active(...roles)).isAllowed).toBe(false);
  });
});
