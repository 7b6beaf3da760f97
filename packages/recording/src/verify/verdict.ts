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
  | 'manifest-mismatch'
  | 'manifest-key-out-of-date'
  | 'manifest-history-broken'
  | 'certificate-invalid';

/** One place where a recording is not what was sealed. */
export interface Finding {
  /** Name of the source that holds it, or that should hold what is missing, where known. */
  readonly file?: string;
  readonly reason: FindingReason;
  readonly detail: string;
  /** First and last sequence concerned, where known. */
  readonly sequences?: readonly [from: number, to: number];
  /** Half-open, in the source. */
  readonly byteRange?: readonly [start: number, end: number];
}

/** Segments that are not there, as the signed manifest itself says. */
export interface DeclaredHole {
  readonly fromSequence: number;
  readonly toSequence: number;
  /** The time that nothing is known of, in milliseconds of the recording. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
}

export interface VerdictBasis {
  readonly findings: readonly Finding[];
  readonly declaredHoles: readonly DeclaredHole[];
  readonly segmentCount: number;
  /** Last time that a valid segment covers. */
  readonly untilMs: number;
}

/**
 * `intact-with-declared-gaps`: nothing changed, and what is missing was said to be missing when the recording was
 * sealed. `intact-end-not-attested`: nothing changed up to `untilMs`, and nobody can say what followed; there may be
 * declared holes before it. `altered`: `findings` say where, and there are findings in no other case.
 */
export type Verdict = VerdictBasis & {
  readonly verdict: 'intact-and-complete' | 'intact-with-declared-gaps' | 'intact-end-not-attested' | 'altered';
};
