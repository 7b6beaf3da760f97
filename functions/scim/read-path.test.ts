import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFilter, readPath } from './read-path.ts';

describe('readPath', () => {
  test.each([
    ['userName', { name: 'username', isExtension: false }],
    ['name.familyName', { name: 'name.familyname', isExtension: false }],
    ['emails[type eq "work"].value', { name: 'emails.value', condition: { name: 'type', value: 'work' } }],
    ['emails[primary eq true]', { name: 'emails', condition: { name: 'primary', value: true } }],
    ['members[value eq "usr_1"]', { name: 'members', condition: { name: 'value', value: 'usr_1' } }],
    ['urn:ietf:params:scim:schemas:core:2.0:User:active', { name: 'active', isExtension: false }],
    [
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
      { name: 'department', isExtension: true },
    ],
  ])('reads %s', (text, path) => {
    expect(readPath(text)).toMatchObject(path);
  });

  test.each(['', 'a b', 'members[value]', 'members[value eq "x"', '[value eq "x"]', 'a[b co "c"]', 'a..b'])(
    'refuses %j',
    (text) => {
      expect(() => readPath(text)).toThrow(expect.objectContaining({ scimType: 'invalidPath' }));
    },
  );
});

describe('readFilter', () => {
  test('reads any text back, however it is written in JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        expect(readFilter(`userName eq ${JSON.stringify(value)}`)).toMatchObject([{ value }]);
      }),
    );
  });

  test('reads comparisons that must all hold, the words in any case', () => {
    expect(readFilter('id Eq "x and y" AND emails[type eq "work"].value eq "z" and active eq False')).toMatchObject([
      { path: { name: 'id' }, value: 'x and y' },
      { path: { name: 'emails.value', condition: { value: 'work' } }, value: 'z' },
      { path: { name: 'active' }, value: false },
    ]);
  });

  test.each([
    'userName',
    'userName eq',
    'userName eq ada',
    'userName co "a"',
    'userName pr',
    'userName eq "a" or userName eq "b"',
    'not (userName eq "a")',
    'userName eq "a" and',
    'userName eq "a" userName eq "b"',
    'userName eq "a',
    '',
  ])('refuses %j', (text) => {
    expect(() => readFilter(text)).toThrow(expect.objectContaining({ scimType: 'invalidFilter' }));
  });
});
