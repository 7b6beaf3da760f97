import type { AuditEntryId } from '@afterimage/contracts';

/** What somebody is about to do. Written before anything is read, released or changed. */
export interface AuditIntent {
  actor: string;
  action: string;
  subject?: string | undefined;
  requestId: string;
  sourceAddress?: string | undefined;
  /** Such as the epoch of a key release. */
  details?: Readonly<Record<string, string | number>>;
}

/** `succeeded`, or the name of the problem that was answered. */
export type AuditOutcome = string;

export interface AuditStore {
  /** No intent, no effect: callers do nothing until this has returned. */
  noteIntent(intent: AuditIntent): Promise<AuditEntryId>;
  noteOutcome(auditEntryId: AuditEntryId, outcome: AuditOutcome): Promise<void>;
}
