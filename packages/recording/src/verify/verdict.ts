import type { RecordingErrorCode } from '../errors/recording-format-error.ts';

export type FindingReason =
  | RecordingErrorCode
  | 'segment-missing'
  | 'segment-repeated'
  | 'segment-out-of-order'
  | 'segment-after-end'
  | 'segment-inconsistent'
  | 'file-header-mismatch'
  | 'footer-mismatch'
  | 'manifest-signature-invalid'
  | 'manifest-mismatch';

/** One place where a recording is not what was sealed. */
export interface Finding {
  /** Name of the source that holds it; absent where nothing holds it (a missing segment). */
  readonly file?: string;
  readonly reason: FindingReason;
  readonly detail: string;
  /** First and last sequence concerned, where known. */
  readonly sequences?: readonly [from: number, to: number];
  /** Half-open, in the source. */
  readonly byteRange?: readonly [start: number, end: number];
  /** The signed manifest declares this hole itself. */
  readonly isDeclared?: boolean;
}

export interface VerdictBasis {
  readonly findings: readonly Finding[];
  readonly segmentCount: number;
  /** Last time that a valid segment covers. */
  readonly untilMs: number;
}

/** `intact-end-not-attested`: nothing changed up to `untilMs`, and nobody can say what followed. */
export type Verdict = VerdictBasis & {
  readonly verdict: 'intact-and-complete' | 'intact-end-not-attested' | 'altered';
};
