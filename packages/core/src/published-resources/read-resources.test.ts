import { describe, expect, test } from '@jest/globals';
import { maxResourcesPerSite, readResources } from './read-resources.ts';

const calculator = { resourceId: 'calc.exe', displayName: 'Calculator', kind: 'application' };

describe('what a site publishes', () => {
  test('is read from CSV, columns in any order and case, applications unless said otherwise', () => {
    const text = 'Kind;displayname;RESOURCEID\n;Calculator;calc.exe\nDesktop;"Desk; Berlin";desk-1\n';
    expect(readResources(text, 'csv')).toEqual({
      resources: [calculator, { resourceId: 'desk-1', displayName: 'Desk; Berlin', kind: 'desktop' }],
      faults: [],
    });
    expect(readResources('resourceId,displayName\ncalc.exe,Calculator', 'csv').resources).toEqual([calculator]);
  });

  test('is read from JSON, applications unless said otherwise', () => {
    const items = [
      { resourceId: 'calc.exe', displayName: 'Calculator' },
      { resourceId: 'desk-1', displayName: 'Desk', kind: 'desktop' },
    ];
    expect(readResources(`\uFEFF${JSON.stringify(items)}`, 'json')).toEqual({
      resources: [calculator, { resourceId: 'desk-1', displayName: 'Desk', kind: 'desktop' }],
      faults: [],
    });
    expect(readResources('[]', 'json')).toEqual({ resources: [], faults: [] });
  });

  test.each([
    ['', [{ line: 1, detail: 'the file is empty' }]],
    ['resourceId\ncalc', [{ line: 1, column: 'displayName', detail: 'the column is missing' }]],
    ['resourceId,displayName,site\na,b,c', [{ line: 1, column: 'site' }]],
    ['resourceId,displayName\n,Calculator', [{ line: 2, column: 'resourceId', detail: 'must not be empty' }]],
    ['resourceId,displayName\ncalc,', [{ line: 2, column: 'displayName', detail: 'must not be empty' }]],
    ['resourceId,displayName,kind\ncalc,Calculator,app', [{ line: 2, column: 'kind' }]],
    ['resourceId,displayName\ncalc,Calc\u0007', [{ line: 2, column: 'displayName' }]],
    ['resourceId,displayName\na,A\nb\nA,Again', [{ line: 3 }, { line: 4, detail: 'stands on line 2 already' }]],
    ['resourceId,displayName\na,A\n"open', [{ line: 3, detail: 'a quoted field has no end' }]],
  ])('as CSV %j has its faults by line and column', (text, expected) => {
    const { faults } = readResources(text, 'csv');
    expect(faults).toMatchObject(expected);
    expect(faults).toHaveLength(expected.length);
  });

  test.each([
    ['{"resourceId":"a"}', [{ line: 1, detail: 'the file is not a JSON array of objects' }]],
    ['resourceId,displayName', [{ line: 1, detail: 'the file is not a JSON array of objects' }]],
    ['["calc"]', [{ line: 1, detail: 'is not an object' }]],
    [
      '[{"resourceId":"a","displayName":"A"},{}]',
      [
        { line: 2, column: 'resourceId' },
        { line: 2, column: 'displayName' },
      ],
    ],
    ['[{"resourceId":"a","displayName":"A","site":"b"}]', [{ line: 1, detail: expect.stringContaining('site') }]],
    ['[{"resourceId":1,"displayName":"A"}]', [{ line: 1, column: 'resourceId' }]],
    ['[{"resourceId":"a","displayName":"A","kind":7}]', [{ line: 1, column: 'kind' }]],
  ])('as JSON %s has its faults by item', (text, expected) => {
    const { faults } = readResources(text, 'json');
    expect(faults).toMatchObject(expected);
    expect(faults).toHaveLength(expected.length);
  });

  test('is at most as many as one document holds', () => {
    const items = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ resourceId: `a${index}`, displayName: 'A' }));
    const csv = (count: number) =>
      ['resourceId,displayName', ...items(count).map(({ resourceId }) => `${resourceId},A`)].join('\n');
    const [most, more] = [maxResourcesPerSite, maxResourcesPerSite + 1];
    expect(readResources(csv(most), 'csv').resources).toHaveLength(most);
    expect(readResources(JSON.stringify(items(most)), 'json').resources).toHaveLength(most);
    expect(readResources(csv(more), 'csv').faults).toMatchObject([{ line: more + 1 }]);
    expect(readResources(JSON.stringify(items(more)), 'json').faults).toMatchObject([{ line: more }]);
  });

  test('tells of many faults the first hundred', () => {
    const text = ['resourceId,displayName', ...Array.from({ length: 150 }, () => ',A')].join('\n');
    const { faults } = readResources(text, 'csv');
    expect([faults.length, faults.at(-1)?.line]).toEqual([100, 101]);
  });
});
