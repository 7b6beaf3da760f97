import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase, readMeta, writeMeta } from './database.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'localcloud-database-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Opens the directory in another process and says how that went. */
function openElsewhere(): string {
  const source = `import { openDatabase } from ${JSON.stringify(new URL('./database.ts', import.meta.url).href)};
    try { openDatabase(${JSON.stringify(directory)}); console.log('opened'); } catch (error) { console.log(error.message); }`;
  const child = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', source], {
    encoding: 'utf8',
  });
  return child.stdout + child.stderr;
}

describe('the data directory', () => {
  test('is open to one process at a time', () => {
    const database = openDatabase(directory);
    expect(openElsewhere()).toContain('in use by another localcloud');
    database.close();
    expect(openElsewhere()).toContain('opened');
  });

  test('of another schema version is refused', () => {
    const database = openDatabase(directory);
    writeMeta(database, 'schema-version', '0');
    database.close();
    expect(() => openDatabase(directory)).toThrow(/schema version 0/);
  });

  test('keeps what was written to it', () => {
    const first = openDatabase(directory);
    writeMeta(first, 'port', '4566');
    first.close();
    const second = openDatabase(directory);
    expect(readMeta(second, 'port')).toBe('4566');
    second.close();
  });
});
