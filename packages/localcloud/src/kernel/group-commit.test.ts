import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from '@jest/globals';
import { GroupCommit } from './group-commit.ts';

function openTable(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE t (n INTEGER PRIMARY KEY)');
  return database;
}

const insert = (database: DatabaseSync, n: number) => database.prepare('INSERT INTO t VALUES (?)').run(n);
const rows = (database: DatabaseSync) =>
  database
    .prepare('SELECT n FROM t ORDER BY n')
    .all()
    .map((row) => row.n);

describe('a group commit', () => {
  test('rolls back only the work that throws', async () => {
    const database = openTable();
    const group = new GroupCommit(database);
    const results = await Promise.allSettled([
      group.commit(() => insert(database, 1)),
      group.commit(() => {
        insert(database, 2);
        throw new Error('refused');
      }),
      group.commit(() => insert(database, 3)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(rows(database)).toEqual([1, 3]);
  });

  test('resolves with what the work returned, after it was committed', async () => {
    const database = openTable();
    const group = new GroupCommit(database);
    expect(await group.commit(() => 'done')).toBe('done');
    expect(database.isTransaction).toBe(false);
  });

  test('leaves no transaction open between turns, so that others may have their own', async () => {
    const database = openTable();
    const group = new GroupCommit(database);
    const pending = group.commit(() => insert(database, 1));
    database.exec('BEGIN');
    insert(database, 2);
    database.exec('COMMIT');
    await pending;
    expect(rows(database)).toEqual([1, 2]);
  });

  test('commits what is pending when it is flushed', () => {
    const database = openTable();
    const group = new GroupCommit(database);
    void group.commit(() => insert(database, 1));
    group.flush();
    expect(rows(database)).toEqual([1]);
  });

  test('does what was handed in before it was closed and leaves the rest alone', async () => {
    const database = openTable();
    const group = new GroupCommit(database);
    const before = group.commit(() => insert(database, 1));
    group.close();
    expect(rows(database)).toEqual([1]);
    database.close();
    let isAnswered = false;
    void group
      .commit(() => insert(database, 2))
      .finally(() => {
        isAnswered = true;
      });
    await before;
    await new Promise((resolve) => setImmediate(resolve));
    expect(isAnswered).toBe(false);
  });
});
