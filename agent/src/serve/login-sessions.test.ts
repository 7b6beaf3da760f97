import { describe, expect, test } from '@jest/globals';
import { loginNameIn } from './login-sessions.ts';

const shown = `Name=gdm
Display=:1024
State=online

Name=old
Display=:0
State=closing

Name=ada
Display=:0
State=active

Name=grace
Display=
State=active
`;

describe('the login session of a display', () => {
  test('says whose it is, not who runs its server', () => {
    expect(loginNameIn(shown, 0)).toBe('ada');
    expect(loginNameIn(shown, 1024)).toBe('gdm');
  });

  test('is none for a display that nobody has logged in on', () => {
    expect(loginNameIn(shown, 3)).toBeUndefined();
    expect(loginNameIn('', 0)).toBeUndefined();
  });
});
