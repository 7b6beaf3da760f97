import { describe, expect, test } from '@jest/globals';
import { clientAddressOf, languageOf, parseEnvironment, surroundingsOf } from './session-surroundings.ts';

describe("the language of a session's user", () => {
  test('follows from the locale: LC_ALL before LC_MESSAGES before LANG', () => {
    expect(languageOf({ LANG: 'de_CH.UTF-8' })).toBe('de-CH');
    expect(languageOf({ LANG: 'en_US.UTF-8', LC_MESSAGES: 'fr_FR' })).toBe('fr-FR');
    expect(languageOf({ LANG: 'en_US.UTF-8', LC_ALL: 'pt_BR.utf8', LC_MESSAGES: 'fr_FR' })).toBe('pt-BR');
    expect(languageOf({ LANG: 'sr_RS@latin' })).toBe('sr-Latn-RS');
    expect(languageOf({ LANG: 'eo' })).toBe('eo');
  });

  test('is unknown where the locale names none', () => {
    for (const LANG of [undefined, '', 'C', 'C.UTF-8', 'POSIX', 'nonsense locale'])
      expect(languageOf({ LANG })).toBeUndefined();
  });
});

describe("the address of the user's device", () => {
  test('is where an SSH connection comes from', () => {
    expect(clientAddressOf({ SSH_CONNECTION: '192.0.2.7 50022 198.51.100.1 22' })).toBe('192.0.2.7');
    expect(clientAddressOf({ SSH_CONNECTION: '2001:db8::7 50022 2001:db8::1 22' })).toBe('2001:db8::7');
  });

  test('is not made up', () => {
    expect(clientAddressOf({})).toBeUndefined();
    expect(clientAddressOf({ SSH_CONNECTION: 'UNKNOWN 65535 UNKNOWN 65535' })).toBeUndefined();
    expect(surroundingsOf({ LANG: 'C' })).toEqual({});
  });
});

test('an environment is read as /proc holds it', () => {
  expect(parseEnvironment('LANG=de_DE.UTF-8\0EMPTY=\0SSH_CONNECTION=192.0.2.7 1 2 3\0')).toEqual({
    LANG: 'de_DE.UTF-8',
    EMPTY: '',
    SSH_CONNECTION: '192.0.2.7 1 2 3',
  });
});
