import { describe, expect, test } from '@jest/globals';
import { maxImportedPeople, readPeople } from './read-people.ts';

describe('readPeople', () => {
  test('reads columns in any order, spelled in any case', () => {
    const { people, faults } = readPeople(
      'Groups;USERNAME;isactive;Email\n"Night; Day;night";ada;no;ada@example.com\n',
    );
    expect(faults).toEqual([]);
    expect(people).toEqual([
      { line: 2, userName: 'ada', isActive: false, email: 'ada@example.com', groups: ['night', 'Day'] },
    ]);
  });

  test('tells a column that is not there from a field that is empty', () => {
    expect(readPeople('userName,displayName\nada,').people).toEqual([{ line: 2, userName: 'ada', displayName: null }]);
    expect(readPeople('userName\nada').people).toEqual([{ line: 2, userName: 'ada' }]);
    expect(readPeople('userName,isActive,groups\nada,,').people).toEqual([
      { line: 2, userName: 'ada', isActive: true, groups: [] },
    ]);
  });

  test.each([
    ['', [{ line: 1, detail: 'the file is empty' }]],
    ['name\nada', [{ line: 1, column: 'name' }]],
    ['displayName\nAda', [{ line: 1, column: 'userName' }]],
    ['userName,username\na,b', [{ line: 1, column: 'userName' }]],
    ['userName,email\nada,nowhere', [{ line: 2, column: 'email' }]],
    ['userName,isActive\nada,perhaps', [{ line: 2, column: 'isActive' }]],
    ['userName,groups\nada,x\u0007', [{ line: 2, column: 'groups' }]],
    ['userName\nada\nbea\nADA', [{ line: 4, column: 'userName', detail: 'stands on line 2 already' }]],
    ['userName,groups\nada', [{ line: 2, detail: 'has 1 fields where the header has 2' }]],
    ['userName,email\n,x\n"open', [{ line: 2, column: 'userName' }, { line: 2, column: 'email' }, { line: 3 }]],
  ])('%j has its faults by line and column', (text, expected) => {
    expect(readPeople(text).faults).toMatchObject(expected);
  });

  test('a control character in a header is not repeated', () => {
    expect(readPeople('userName,\u0007\nada,x').faults[0]).not.toHaveProperty('column');
  });

  test('takes as many people as one call can write, and says so of more', () => {
    const text = (count: number) =>
      ['userName', ...Array.from({ length: count }, (_, index) => `p${index}`)].join('\n');
    expect(readPeople(text(maxImportedPeople))).toMatchObject({ faults: [] });
    expect(readPeople(text(maxImportedPeople + 1)).faults).toEqual([
      { line: maxImportedPeople + 2, detail: expect.stringContaining(`at most ${maxImportedPeople} people`) },
    ]);
  });

  test('more than fifty groups of one person are refused', () => {
    const groups = Array.from({ length: 51 }, (_, index) => `g${index}`).join(';');
    expect(readPeople(`userName,groups\nada,${groups}`).faults).toMatchObject([{ line: 2, column: 'groups' }]);
  });
});
