import type { DatabaseSync } from 'node:sqlite';
import { Statements } from '../statements.ts';
import type { Rule } from './rule.ts';

const schema = `
CREATE TABLE IF NOT EXISTS events_deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, rule_arn TEXT NOT NULL, target_id TEXT NOT NULL, event TEXT NOT NULL,
  created_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS events_deliveries_due ON events_deliveries (due_ms, id);
CREATE TABLE IF NOT EXISTS events_schedules (
  rule_arn TEXT PRIMARY KEY, expression TEXT NOT NULL, next_ms INTEGER NOT NULL
) STRICT;
`;

/** One event on its way to one target of one rule. */
export interface Delivery {
  id: number;
  ruleArn: string;
  targetId: string;
  event: Record<string, unknown>;
  createdMs: number;
  attempts: number;
}

/** Deliveries that are still owed. They are written with the event's acceptance, so that a crash loses none. */
export class DeliveryOutbox {
  private readonly statements: Statements;

  constructor(database: DatabaseSync) {
    database.exec(schema);
    this.statements = new Statements(database);
  }

  /** To be called inside the transaction that accepts the event. */
  add(rule: Rule, event: Readonly<Record<string, unknown>>, nowMs: number): void {
    const insert = this.statements.get(
      'INSERT INTO events_deliveries (rule_arn, target_id, event, created_ms, due_ms) VALUES (?, ?, ?, ?, ?)',
    );
    const json = JSON.stringify(event);
    for (const target of rule.targets) insert.run(rule.arn, target.id, json, nowMs, nowMs);
  }

  due(nowMs: number, most: number): Delivery[] {
    const rows = this.statements
      .get('SELECT * FROM events_deliveries WHERE due_ms <= ? ORDER BY due_ms, id LIMIT ?')
      .all(nowMs, most);
    return rows.map((row) => ({
      id: Number(row.id),
      ruleArn: String(row.rule_arn),
      targetId: String(row.target_id),
      event: JSON.parse(String(row.event)),
      createdMs: Number(row.created_ms),
      attempts: Number(row.attempts),
    }));
  }

  nextDueMs(): number | undefined {
    const row = this.statements.get('SELECT min(due_ms) AS next FROM events_deliveries').get();
    return typeof row?.next === 'number' ? row.next : undefined;
  }

  remove(id: number): void {
    this.statements.get('DELETE FROM events_deliveries WHERE id = ?').run(id);
  }

  postpone(id: number, dueMs: number): void {
    this.statements.get('UPDATE events_deliveries SET attempts = attempts + 1, due_ms = ? WHERE id = ?').run(dueMs, id);
  }

  /** When the rule is due; undefined when that was never set for this expression. */
  scheduledMs(ruleArn: string, expression: string): number | undefined {
    const row = this.statements
      .get('SELECT next_ms FROM events_schedules WHERE rule_arn = ? AND expression = ?')
      .get(ruleArn, expression);
    return typeof row?.next_ms === 'number' ? row.next_ms : undefined;
  }

  setSchedule(ruleArn: string, expression: string, nextMs: number): void {
    this.statements
      .get(
        `INSERT INTO events_schedules (rule_arn, expression, next_ms) VALUES (?1, ?2, ?3)
         ON CONFLICT (rule_arn) DO UPDATE SET expression = ?2, next_ms = ?3`,
      )
      .run(ruleArn, expression, nextMs);
  }
}
