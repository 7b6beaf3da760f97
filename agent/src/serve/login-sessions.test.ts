import { describe, expect, test } from '@jest/globals';
import { loginSessionIn } from './login-sessions.ts';

const shown = `Id=c1
Name=gdm
Leader=0
Display=:1024
State=online

Id=2
Name=old
Display=:0
State=closing

Id=3
Name=ada
Leader=4711
Display=:0
State=active

Id=4
Name=grace
Display=
State=active
`;

describe('the login session of a display', () => {
  test('says whose it is, not who runs its server', () => {
    expect(loginSessionIn(shown, 0)).toEqual({ id: '3', name: 'ada', leader: 4711 });
    expect(loginSessionIn(shown, 1024)).toEqual({ id: 'c1', name: 'gdm', leader: undefined });
  });

  test('is none for a display that nobody has logged in on', () => {
    expect(loginSessionIn(shown, 3)).toBeUndefined();
    expect(loginSessionIn('', 0)).toBeUndefined();
  });
});
