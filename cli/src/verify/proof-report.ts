import type { DeviceFinding, Finding, Verdict } from '@afterimage/recording';
import type { SetAside } from './inventory.ts';

/** What was found of one recording, or of a manifest that no known key signed. */
export type RecordingReport = Verdict & {
  readonly recordingId?: string;
  readonly agentId?: string;
  readonly hostName?: string;
  readonly deviceCounter?: number;
  readonly manifestVersion?: number;
  readonly keyId?: string;
  readonly missingVersions: readonly number[];
};

/** What `afterimage verify --json` prints. */
export interface ProofReport {
  readonly keys: { readonly path: string; readonly asOf: string; readonly keyIds: readonly string[] };
  readonly recordings: readonly RecordingReport[];
  /** What is wrong, or missing, between the recordings of a device. */
  readonly devices: readonly DeviceFinding[];
  /** Files that should be part of a recording, and of which nothing can be said. */
  readonly unproven: readonly SetAside[];
  readonly ignored: readonly SetAside[];
}

/** A manifest that none of the keys signed. Its own words are not believed, its name is where to look. */
export function forgedManifest(path: string, keyCount: number): RecordingReport {
  const keys = keyCount === 1 ? 'the one known key' : `any of the ${keyCount} known keys`;
  const detail = `not signed by ${keys}: it was changed, or its key is not in the key set`;
  const finding: Finding = { file: path, reason: 'manifest-signature-invalid', detail };
  return {
    verdict: 'altered',
    findings: [finding],
    declaredHoles: [],
    segmentCount: 0,
    untilMs: 0,
    missingVersions: [],
  };
}

/**
 * Whether everything that was asked about is as it was sealed. Declared holes, an end that nobody attests and recordings
 * that are not here are no alteration; `isStrict` lets none of them pass.
 */
export function isProven({ recordings, devices, unproven }: ProofReport, isStrict: boolean): boolean {
  if (recordings.length === 0 || unproven.length > 0) return false;
  if (recordings.some(({ verdict }) => verdict === 'altered')) return false;
  if (devices.some(({ kind }) => kind !== 'recordings-missing')) return false;
  const isWhole = ({ verdict, missingVersions }: RecordingReport) =>
    verdict === 'intact-and-complete' && missingVersions.length === 0;
  return !isStrict || (devices.length === 0 && recordings.every(isWhole));
}
