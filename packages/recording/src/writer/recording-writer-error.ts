/**
 * - `key-image-needed`: the next screen packet must be a key image (`needsKeyImage` said so).
 * - `screen-while-blocked`: no pixels are recorded between block-begin and block-end.
 * - `recording-ended`: nothing follows the end record.
 * - `packet-not-whole`: the writer cuts packets itself.
 * - `plan-mismatch`: the records that were given after a restore are not those that the plan was made of. Sealing
 *   would give one sequence number two contents, so the writer refuses, for good.
 */
export type RecordingWriterErrorCode =
  | 'key-image-needed'
  | 'screen-while-blocked'
  | 'recording-ended'
  | 'packet-not-whole'
  | 'plan-mismatch';

/** Thrown by the writer on a call that its rules forbid; but for `plan-mismatch` the writer stays as it was. */
export class RecordingWriterError extends Error {
  readonly code: RecordingWriterErrorCode;

  constructor(code: RecordingWriterErrorCode, reason: string) {
    super(`${code}: ${reason}`);
    this.name = 'RecordingWriterError';
    this.code = code;
  }
}
