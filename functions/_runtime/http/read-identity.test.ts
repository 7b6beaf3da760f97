import { describe, expect, test } from '@jest/globals';
import { httpEvent } from '../../_testing/http-events.ts';
import { httpEventSchema } from './http-event.ts';
import { readIdentity } from './read-identity.ts';

const identityOf = (claims: Record<string, unknown>, headers: Record<string, string> = {}) =>
  readIdentity(httpEventSchema.parse(httpEvent({ method: 'GET', path: '/', claims, headers })));

describe('readIdentity', () => {
  test.each([
    [{ username: 'ada' }, 'ada'],
    [{ 'cognito:username': 'bea' }, 'bea'],
    [{ sub: '1234' }, '1234'],
  ])('reads who %j is, whichever issuer wrote it', (claims, userName) => {
    expect(identityOf(claims).userName).toBe(userName);
  });

  test.each([['players', 'auditors'], ['night shift', 'auditors'], ['a, b', '[c]'], []])(
    'reads the groups %j, %j as the issuer named them',
    (...groups) => {
      expect(identityOf({ username: 'a', 'cognito:groups': groups }).groups).toEqual(groups);
      expect(identityOf({ username: 'a', groups }).groups).toEqual(groups);
    },
  );

  test.each(['x administrators', 'x,administrators', '[administrators]', ' administrators', 'administrators\n'])(
    'a group named %j is not the administrators',
    (name) => {
      expect(identityOf({ username: 'a', 'cognito:groups': [name] }).groups).not.toContain('administrators');
    },
  );

  test('a user name with blanks around it is nobody, and not somebody else', () => {
    expect(() => identityOf({ username: ' ada' })).toThrow('unauthenticated');
  });

  test('a token other than the proved one gives no groups', () => {
    const forged = httpEvent({ method: 'GET', path: '/', claims: { sub: 'a', groups: ['administrators'] } });
    const authorization = forged.headers.authorization ?? '';
    expect(identityOf({ sub: 'a', groups: ['players'] }, { authorization }).groups).toEqual([]);
    expect(identityOf({ sub: 'a', groups: ['players'] }, { authorization: '' }).groups).toEqual([]);
    expect(identityOf({ sub: 'a' }, { authorization }).groups).toEqual([]);
  });
});
