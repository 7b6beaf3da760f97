/**
 * A place in the row of records that the writer was given. `ordinal` counts appended records from 0; `packetByte` and
 * `partIndex` lie inside a screen packet that a segment boundary cuts, and are 0 elsewhere.
 */
export interface WriterPosition {
  readonly ordinal: number;
  readonly packetByte: number;
  readonly partIndex: number;
}

/**
 * Everything about a segment that must not change once decided. JSON-safe. It is journalled before the segment is
 * sealed: whoever seals from it and the same records gets the same bytes.
 */
export interface SegmentPlan {
  readonly version: 1;
  readonly sequence: number;
  readonly fileNumber: number;
  readonly epoch: number;
  /** Lower-case hex. */
  readonly salt: string;
  readonly start: WriterPosition;
  readonly end: WriterPosition;
  readonly flags: number;
  readonly t0Ms: number;
  readonly t1Ms: number;
  readonly bodyLengthBytes: number;
  /** CRC-32: other records of the same size must never be encrypted under the same salt. */
  readonly bodyChecksum: number;
}

/**
 * The writer right after its last sealed segment. JSON-safe. With it, the records from `position.ordinal` on and the
 * plans of later segments, `RecordingWriter.restore` carries on as if nothing had happened.
 */
export interface WriterCheckpoint {
  readonly version: 1;
  /** Of the last sealed segment; 0 before the first. */
  readonly sequence: number;
  /** h(sequence) in lower-case hex. */
  readonly chainHash: string;
  readonly position: WriterPosition;
  readonly state: WriterState;
  /** The file that the last sealed segment lies in; absent before the first. */
  readonly file?: WrittenFile;
}

/** How much of the file under way is sealed. */
export interface WrittenFile {
  readonly number: number;
  /** Since the recording began. */
  readonly startMs: number;
  readonly sizeBytes: number;
}

/** What decides which records may follow. */
export interface WriterState {
  readonly fileNumber: number;
  readonly epoch: number;
  readonly lastTimeMs: number;
  readonly isKeyImageNeeded: boolean;
  readonly isBlocked: boolean;
  readonly hasEnded: boolean;
}
