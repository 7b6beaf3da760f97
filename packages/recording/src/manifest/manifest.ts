/** `complete`: sealed to its end; `partial`: sealed with holes or without its end; `interrupted`: may still grow. */
export type ManifestState = 'complete' | 'partial' | 'interrupted';

export interface ManifestFile {
  readonly fileNumber: number;
  readonly objectKey: string;
  readonly sizeBytes: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly segmentCount: number;
}

/** Segments that never arrived. */
export interface ManifestGap {
  readonly fromSequence: number;
  readonly toSequence: number;
  readonly reason: string;
}

export interface ManifestClockOffset {
  /** Since the recording began. */
  readonly atMs: number;
  /** Service wall clock minus host wall clock. */
  readonly offsetMs: number;
}

export interface ManifestReceipt {
  readonly lastSequence: number;
  /** RFC 3339, UTC. */
  readonly receivedAt: string;
}

/** What the service attests of a recording, signed by its KMS key. Hashes are lower-case hex, times RFC 3339 in UTC. */
export interface RecordingManifest {
  readonly format: 'afterimage-manifest';
  readonly formatVersion: 1;
  readonly recordingId: string;
  readonly agentId: string;
  /** Counts from 1; a later version names the one before. */
  readonly manifestVersion: number;
  /** SHA-256 of the canonical bytes of version n-1; null in version 1. */
  readonly previousManifestHash: string | null;
  readonly state: ManifestState;
  readonly createdAt: string;
  /** Host wall clock at time 0 of the recording, as the agent asserted it. */
  readonly hostStartedAt: string;
  readonly durationMs: number;
  readonly segmentCount: number;
  readonly chainHead: { readonly sequence: number; readonly hash: string };
  /** The last segment is the one that the agent sealed as final. */
  readonly isEndAttested: boolean;
  readonly files: readonly ManifestFile[];
  readonly gaps: readonly ManifestGap[];
  readonly device: {
    /** Raw Ed25519 key, hex. */
    readonly publicKey: string;
    /** Enrolment certificate, base64; null until one was issued. */
    readonly certificate: string | null;
    readonly recordingCounter: number;
    readonly previousRecordingHead: string;
  };
  readonly clockOffsets: readonly ManifestClockOffset[];
  readonly receipts: readonly ManifestReceipt[];
}

export interface SignedManifest {
  /** The canonical JSON, byte for byte as it was signed. */
  readonly bytes: Uint8Array;
  /** ECDSA P-256 over SHA-256, DER, as KMS returns it. */
  readonly signature: Uint8Array;
}
