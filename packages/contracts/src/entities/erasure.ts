import * as z from 'zod';
import { agentIdSchema, recordingIdSchema } from '../ids/ids.ts';
import { labelSchema, timestampSchema } from './values.ts';

const hexDigestSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');

/** Why somebody wants it so, in a person's words. */
export const reasonSchema = z.string().trim().min(10).max(1000);

/** As long as it stands, a recording is not erased. */
export const legalHoldSchema = z.object({ reason: reasonSchema, placedBy: labelSchema, placedAt: timestampSchema });
export type LegalHold = z.infer<typeof legalHoldSchema>;

/**
 * What the service attests of an erasure. `finalAt` is when nobody can bring it back any more, the operator included:
 * backups of a table reach back for its recovery window.
 */
export const erasureReceiptSchema = z.object({
  format: z.literal('afterimage-erasure'),
  formatVersion: z.literal(1),
  recordingId: recordingIdSchema,
  agentId: agentIdSchema,
  requestedBy: labelSchema,
  requestedAt: timestampSchema,
  /** SHA-256 in hex of the justification in UTF-8; its words are in the audit. */
  justificationSha256: hexDigestSchema,
  /** When everything below was done. */
  erasedAt: timestampSchema,
  /** The keys without which the recording is noise, by the SHA-256 in hex of their wrapped bytes. */
  keys: z.object({ fingerprints: z.array(hexDigestSchema), finalAt: timestampSchema }),
  /** What was derived from the content. */
  derivatives: z.array(z.object({ kind: z.enum(['events']), count: z.int().min(0), finalAt: timestampSchema })),
  /** Ciphertext that was withdrawn, and how much of it a retention rule of its bucket keeps: unreadable all the same. */
  ciphertext: z.object({ files: z.array(z.string()), retainedObjects: z.int().min(0) }),
  /** That the recording existed: its chain's head, and the newest manifest where one was signed. */
  existed: z.object({
    startedAt: timestampSchema,
    durationMs: z.number(),
    segmentCount: z.int().min(0),
    chainHead: z.object({ sequence: z.int().min(0), hash: hexDigestSchema }),
    manifest: z.object({ version: z.int().min(1), sha256: hexDigestSchema }).nullable(),
  }),
});
export type ErasureReceipt = z.infer<typeof erasureReceiptSchema>;
