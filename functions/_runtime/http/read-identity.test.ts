import { describe, expect, test } from '@jest/globals';
import { httpEvent } from '../../_testing/http-events.ts';
import { httpEventSchema } from './http-event.ts';
import { readIdentity } from './read-identity.ts';

const identityOf = (claims: Record<string, unknown>) =>
  readIdentity(httpEventSchema.parse(httpEvent({ method: 'GET', path: '/', claims })));

describe('readIdentity', () => {
  test.each([
    [{ username: 'ada' }, 'ada'],
    [{ 'cognito:username': 'bea' }, 'bea'],
    [{ sub: '1234' }, '1234'],
  ])('reads who %j is, whichever issuer wrote it', (claims, userName) => {
    expect(identityOf(claims).userName).toBe(userName);
  });

  test('reads groups as API Gateway and as an issuer write them', () => {
    expect(identityOf({ username: 'a', 'cognito:groups': '[players auditors]' }).groups).toEqual([
      'players',
      'auditors',
    ]);
    expect(identityOf({ username: 'a', 'cognito:groups': ['players'] }).groups).toEqual(['players']);
    expect(identityOf({ username: 'a' }).groups).toEqual([]);
  });
});
