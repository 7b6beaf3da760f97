/** Why bytes of a recording were refused. The codes are stable: they are stored in findings and shown by the tools. */
export type RecordingErrorCode =
  | 'bad-magic'
  | 'unsupported-version'
  | 'unsupported-algorithm'
  | 'truncated'
  | 'bad-length'
  | 'bad-header'
  | 'signature-invalid'
  | 'hash-mismatch'
  | 'sequence-unexpected'
  | 'wrong-recording'
  | 'wrong-key'
  | 'decrypt-failed'
  | 'record-malformed'
  | 'bad-footer'
  | 'bad-manifest'
  | 'bad-manifest-keys';

/** The only error that readers of this package throw on bytes that are not what they should be. */
export class RecordingFormatError extends Error {
  readonly code: RecordingErrorCode;
  /** The message without the code. */
  readonly reason: string;
  /** Offset in the bytes that were given, where it is known. */
  readonly offset: number | undefined;

  constructor(code: RecordingErrorCode, reason: string, details: { offset?: number; cause?: unknown } = {}) {
    super(`${code}: ${reason}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'RecordingFormatError';
    this.code = code;
    this.reason = reason;
    this.offset = details.offset;
  }
}
