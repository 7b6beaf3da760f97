import type { DatabaseSync } from 'node:sqlite';
import { Statements } from '../statements.ts';
import type { Schedule, ScheduleDefinition, ScheduleTarget } from './schedule.ts';

/**
 * `next_ms` is null when a schedule has no time any more or is disabled. An invocation is written in the transaction
 * that moves its schedule on, so that a crash neither loses nor repeats a time.
 */
const tables = `
CREATE TABLE IF NOT EXISTS scheduler_schedules (
  group_name TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL, created_ms INTEGER NOT NULL,
  modified_ms INTEGER NOT NULL, next_ms INTEGER, is_of_template INTEGER NOT NULL, PRIMARY KEY (group_name, name)
) STRICT;
CREATE INDEX IF NOT EXISTS scheduler_schedules_next ON scheduler_schedules (next_ms);
CREATE TABLE IF NOT EXISTS scheduler_invocations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, execution_id TEXT NOT NULL, group_name TEXT NOT NULL, name TEXT NOT NULL,
  target TEXT NOT NULL, scheduled_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS scheduler_groups (name TEXT PRIMARY KEY, created_ms INTEGER NOT NULL) STRICT;
`;

/** One call of a target that is still owed. */
export interface Invocation {
  id: number;
  executionId: string;
  group: string;
  name: string;
  target: ScheduleTarget;
  scheduledMs: number;
  attempts: number;
}

export interface ScheduleGroup {
  name: string;
  createdMs: number;
}

/** Every method that changes something must run inside a transaction. */
export class ScheduleStore {
  private readonly statements: Statements;

  constructor(database: DatabaseSync) {
    database.exec(tables);
    this.statements = new Statements(database);
  }

  find(group: string, name: string): Schedule | undefined {
    const row = this.statements
      .get('SELECT * FROM scheduler_schedules WHERE group_name = ? AND name = ?')
      .get(group, name);
    return row && scheduleOf(row);
  }

  /** By group and name; of one group when it is given. */
  list(group?: string): Schedule[] {
    return this.statements
      .get('SELECT * FROM scheduler_schedules WHERE ?1 IS NULL OR group_name = ?1 ORDER BY group_name, name')
      .all(group ?? null)
      .map(scheduleOf);
  }

  save(schedule: Schedule, nextMs: number | undefined, isOfTemplate: boolean): void {
    const { group, name, definition, createdMs, modifiedMs } = schedule;
    this.statements
      .get('INSERT OR REPLACE INTO scheduler_schedules VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(group, name, JSON.stringify(definition), createdMs, modifiedMs, nextMs ?? null, Number(isOfTemplate));
  }

  delete(group: string, name: string): void {
    this.statements.get('DELETE FROM scheduler_schedules WHERE group_name = ? AND name = ?').run(group, name);
  }

  /** Schedules that a template made, `GROUP/NAME`. */
  ofTemplate(): Schedule[] {
    return this.statements.get('SELECT * FROM scheduler_schedules WHERE is_of_template = 1').all().map(scheduleOf);
  }

  due(nowMs: number): { schedule: Schedule; dueMs: number }[] {
    return this.statements
      .get('SELECT * FROM scheduler_schedules WHERE next_ms <= ? ORDER BY next_ms')
      .all(nowMs)
      .map((row) => ({ schedule: scheduleOf(row), dueMs: Number(row.next_ms) }));
  }

  setNext({ group, name }: Schedule, nextMs: number | undefined): void {
    this.statements
      .get('UPDATE scheduler_schedules SET next_ms = ? WHERE group_name = ? AND name = ?')
      .run(nextMs ?? null, group, name);
  }

  /** True when the schedule has no time left and nothing of it is owed. */
  isComplete(group: string, name: string): boolean {
    const row = this.statements
      .get(
        `SELECT 1 FROM scheduler_schedules s WHERE group_name = ?1 AND name = ?2 AND next_ms IS NULL AND NOT EXISTS
         (SELECT 1 FROM scheduler_invocations i WHERE i.group_name = ?1 AND i.name = ?2)`,
      )
      .get(group, name);
    return row !== undefined;
  }

  owe({ group, name, definition }: Schedule, executionId: string, scheduledMs: number, nowMs: number): void {
    this.statements
      .get(
        `INSERT INTO scheduler_invocations (execution_id, group_name, name, target, scheduled_ms, due_ms)
         VALUES (?, ?, ?, ?, ?, ?)`,
      )
      .run(executionId, group, name, JSON.stringify(definition.Target), scheduledMs, nowMs);
  }

  owed(nowMs: number, most: number): Invocation[] {
    const rows = this.statements
      .get('SELECT * FROM scheduler_invocations WHERE due_ms <= ? ORDER BY due_ms, id LIMIT ?')
      .all(nowMs, most);
    return rows.map((row) => ({
      id: Number(row.id),
      executionId: String(row.execution_id),
      group: String(row.group_name),
      name: String(row.name),
      target: JSON.parse(String(row.target)) as ScheduleTarget,
      scheduledMs: Number(row.scheduled_ms),
      attempts: Number(row.attempts),
    }));
  }

  postpone(id: number, dueMs: number): void {
    this.statements
      .get('UPDATE scheduler_invocations SET attempts = attempts + 1, due_ms = ? WHERE id = ?')
      .run(dueMs, id);
  }

  settle(id: number): void {
    this.statements.get('DELETE FROM scheduler_invocations WHERE id = ?').run(id);
  }

  groups(): ScheduleGroup[] {
    const rows = this.statements.get('SELECT * FROM scheduler_groups ORDER BY name').all();
    return rows.map((row) => ({ name: String(row.name), createdMs: Number(row.created_ms) }));
  }

  addGroup(name: string, nowMs: number): void {
    this.statements.get('INSERT OR IGNORE INTO scheduler_groups VALUES (?, ?)').run(name, nowMs);
  }

  deleteGroup(name: string): void {
    this.statements.get('DELETE FROM scheduler_groups WHERE name = ?').run(name);
    this.statements.get('DELETE FROM scheduler_schedules WHERE group_name = ?').run(name);
  }
}

function scheduleOf(row: Record<string, unknown>): Schedule {
  return {
    group: String(row.group_name),
    name: String(row.name),
    definition: JSON.parse(String(row.definition)) as ScheduleDefinition,
    createdMs: Number(row.created_ms),
    modifiedMs: Number(row.modified_ms),
  };
}
