import { type AuditEntryId, makeAuditEntryId } from '@afterimage/contracts';
import type { AuditIntent, AuditStore, Clock } from '@afterimage/core';

/** Remembers rows in the order in which they were written. */
export class MemoryAudit implements AuditStore {
  readonly rows: ({ intent: AuditIntent } | { outcome: string })[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async noteIntent(intent: AuditIntent): Promise<AuditEntryId> {
    this.rows.push({ intent });
    return makeAuditEntryId(this.#clock);
  }

  async noteOutcome(_auditEntryId: AuditEntryId, outcome: string): Promise<void> {
    this.rows.push({ outcome });
  }
}
