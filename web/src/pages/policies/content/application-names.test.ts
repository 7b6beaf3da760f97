import { describe, expect, test } from '@jest/globals';
import { ApplicationNames } from './application-names.ts';

const published = [
  { resourceId: 'sap.exe', displayName: 'SAP Finance' },
  { resourceId: 'calc.exe', displayName: 'calc.exe' },
  { resourceId: 'SAP.EXE', displayName: 'of a later site' },
];

function namesWith(asked: string[][], answer = async () => published) {
  return new ApplicationNames((ids) => {
    asked.push([...ids]);
    return answer();
  });
}

const nextVersion = (names: ApplicationNames) =>
  new Promise<void>((resolve) => {
    const stop = names.subscribe(() => {
      stop();
      resolve();
    });
  });

describe('names of applications', () => {
  test('are asked for together and once, upper and lower case alike', async () => {
    const asked: string[][] = [];
    const names = namesWith(asked);
    const changed = nextVersion(names);
    expect(['sap.exe', 'other.exe', 'SAP.exe'].map((id) => names.nameOf(id))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    await changed;
    expect([names.version(), names.nameOf('Sap.exe'), names.nameOf('other.exe')]).toEqual([
      1,
      'SAP Finance',
      undefined,
    ]);
    expect(asked).toEqual([['sap.exe', 'other.exe']]);
  });

  test('are none where an application is published under its id', async () => {
    const names = namesWith([]);
    const changed = nextVersion(names);
    names.nameOf('calc.exe');
    await changed;
    expect(names.nameOf('calc.exe')).toBeUndefined();
  });

  test('are asked for in parts that the service takes', async () => {
    const asked: string[][] = [];
    const names = namesWith(asked);
    const changed = nextVersion(names);
    for (let at = 0; at < 2_001; at++) names.nameOf(`app-${at}`);
    await changed;
    expect(asked.map((ids) => ids.length)).toEqual([1_000, 1_000, 1]);
  });

  test('are none where the service does not answer', async () => {
    const names = namesWith([], () => Promise.reject(new Error('away')));
    const changed = nextVersion(names);
    names.nameOf('sap.exe');
    await changed;
    expect(names.nameOf('sap.exe')).toBeUndefined();
  });
});
