export { ByteReader } from './bytes/byte-reader.ts';
export { ByteWriter } from './bytes/byte-writer.ts';
export * from './crypto/device-signature.ts';
export { SHA256_BYTES, sha256 } from './crypto/digest.ts';
export { base64ToBytes, bytesToBase64 } from './encoding/base64.ts';
export { bytesToHex, hexToBytes } from './encoding/hex.ts';
export { type RecordingErrorCode, RecordingFormatError } from './errors/recording-format-error.ts';
export * from './file/file-footer.ts';
export * from './file/file-header.ts';
export * from './ids/ulid.ts';
export * from './keys/data-key-wrapping.ts';
export * from './keys/key-derivation.ts';
export * from './keys/viewer-key.ts';
export { canonicalJson } from './manifest/canonical-json.ts';
export { derToRawSignature } from './manifest/der-signature.ts';
export * from './manifest/manifest.ts';
export { encodeManifest, hashManifest, parseManifest } from './manifest/manifest-codec.ts';
export {
  type ManifestKey,
  type ManifestKeySet,
  manifestKeyIdOf,
  parseManifestKeySet,
} from './manifest/manifest-key-set.ts';
export { verifyManifest } from './manifest/verify-manifest.ts';
export { findKeyRun } from './reader/find-key-run.ts';
export * from './reader/read-records.ts';
export { ScreenPacketAssembler } from './reader/screen-packet-assembler.ts';
export * from './reader/segment-index.ts';
export * from './records/limits.ts';
export * from './records/record.ts';
export { decodeRecords, encodeRecord, encodeRecords } from './records/record-codec.ts';
export * from './screen/index.ts';
export * from './segment/chain.ts';
export { openSegment } from './segment/open-segment.ts';
export { type SealedSegment, type SegmentFields, sealSegment } from './segment/seal-segment.ts';
export * from './segment/segment-flags.ts';
export * from './segment/segment-header.ts';
export { type SegmentParts, type SegmentSpan, splitSegments, takeSegment } from './segment/segment-split.ts';
export * from './segment/verify-segment.ts';
export type { RecordingSource } from './verify/audit-source.ts';
export { type AuthenticManifest, authenticateManifest } from './verify/authenticate-manifest.ts';
export { type DeviceFinding, followDevices } from './verify/device-line.ts';
export { linkOf, type Proof, type ProveRecordingInput, proveRecording } from './verify/prove-recording.ts';
export { fileNameOf } from './verify/source-names.ts';
export * from './verify/verdict.ts';
export { type RecordingOrigin, type VerifyRecordingInput, verifyRecording } from './verify/verify-recording.ts';
export {
  type DecodedJournal,
  importJournalKey,
  JournalCodec,
  type JournalCodecOptions,
} from './writer/journal-codec.ts';
export type { JournalEntry } from './writer/journal-entry.ts';
export { PresentState } from './writer/present-state.ts';
export { RecordingWriter, type RecordingWriterOptions, type SealReason } from './writer/recording-writer.ts';
export { RecordingWriterError, type RecordingWriterErrorCode } from './writer/recording-writer-error.ts';
export { SEGMENT_MAX_AGE_MS, SEGMENT_TARGET_BYTES } from './writer/segment-cutter.ts';
export * from './writer/segment-plan.ts';
