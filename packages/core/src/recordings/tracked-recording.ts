import type {
  BusEvent,
  DeclaredGap,
  DeviceCertificate,
  Recording,
  RecordingFile,
  RejectionReason,
} from '@afterimage/contracts';
import type { FileSpan } from './file-spans.ts';
import type { StoredRange } from './stored-ranges.ts';

/** Bytes that were refused, kept so that the agent learns of it. */
export interface Rejection {
  sequence?: number | undefined;
  objectKey: string;
  reason: RejectionReason;
}

/** Enough for an agent to see that something is wrong, and for a person to see what. */
export const maxRejections = 100;

/** Reports of refusals that wait for the bus; more of them would tell an operator nothing new. */
export const maxUnsaidRejections = 20;

/** Losses that an agent may declare in one recording; more are seen as events, and counted. */
export const maxReportedGaps = 200;

/** Where the segments of a finished file begin, so that any page of them can be found without reading the rest. */
export interface FileLayout {
  /** Segments that the file holds, in the order of their sequence. */
  ranges: { firstSequence: number; lastSequence: number }[];
  /** `[sequence, offset in bytes]` of every thousandth segment, the first one included. */
  anchors: (readonly [sequence: number, offset: number])[];
  /** Hash of the last segment, base64: what the next file's first segment names. */
  headHash: string;
  /** End of the last segment. */
  endMs: number;
}

/** A file as it is being written. It follows from this alone, so every attempt writes the same bytes to the same key. */
export interface FilePlan extends FileSpan {
  recordingFileId: RecordingFile['recordingFileId'];
  since: string;
  /** What was stored when the file was planned. */
  ranges: StoredRange[];
  /** With it, everything that was stored then lies in files. */
  isEnd: boolean;
}

/** An erasure under way or done. */
export interface Erasure {
  requestedBy: string;
  requestedAt: string;
  /** Hex. */
  justificationSha256: string;
  /** SHA-256 in hex of the wrapped keys, noted before they are destroyed. */
  keyFingerprints?: string[] | undefined;
  /** The signed receipt, once all is done. Canonical JSON; base64. */
  receipt?: { text: string; signature: string } | undefined;
}

/** A recording with what the service needs to bring it to its end. Readers get the `Recording` part only. */
export interface TrackedRecording extends Recording {
  /** Rises with every change; a writer that saw an older one starts again. */
  revision: number;
  storedRanges: StoredRange[];
  rejections: Rejection[];
  /** Up to which change of the table events are in `eventCount`; 40 digits. */
  eventsCountedTo?: string | undefined;
  /** Gaps that the agent declared inside the recording; `gaps` adds those that sealing finds. */
  reportedGaps: DeclaredGap[];
  /** h(0) of the recording, base64. */
  chainStart: string;
  certificate: DeviceCertificate;
  /** Host wall clock at the first frame, as the agent asserted it. */
  hostStartedAt: string;
  /** Head of the device's previous recording, base64, once the first segment is stored. */
  previousRecordingHead?: string | undefined;
  /** SHA-256 of the announcement, base64: the same announcement again is no conflict. */
  announcementDigest: string;
  /** 0 before the first manifest. */
  manifestVersion: number;
  /** SHA-256 of the newest manifest, hex. */
  manifestHash?: string | undefined;
  /** One for each file that has begun. */
  fileSpans: FileSpan[];
  /** Set while a file is being written, one at a time. */
  sealing?: FilePlan | undefined;
  /** One for each of `files`. */
  fileLayouts: FileLayout[];
  /** Versions of files that a later version replaced: their objects are still there. */
  supersededFileIds: RecordingFile['recordingFileId'][];
  /** Set once an erasure was asked for. */
  erasure?: Erasure | undefined;
  /** Said on the bus after the change that they belong to was stored; removed once said. */
  unsaidEvents: BusEvent[];
}
