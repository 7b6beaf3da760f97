import { type DevicePublicKey, importDevicePublicKey } from '../crypto/device-signature.ts';
import { areBytesEqual } from '../encoding/byte-arrays.ts';
import { hexToBytes } from '../encoding/hex.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { agentIdText, recordingIdText, ulidToBytes } from '../ids/ulid.ts';
import type { RecordingManifest, SignedManifest } from '../manifest/manifest.ts';
import { verifyManifest } from '../manifest/verify-manifest.ts';
import { chainStart } from '../segment/chain.ts';
import { verifySegment } from '../segment/verify-segment.ts';
import { auditSource, type RecordingSource } from './audit-source.ts';
import { ChainAudit } from './chain-audit.ts';
import { compareFileWithManifest, compareWithManifest } from './compare-manifest.ts';
import { sortHoles } from './declared-holes.ts';
import { SourceNames } from './source-names.ts';
import type { DeclaredHole, Finding, Verdict } from './verdict.ts';

/** Which device sealed which recording, as the caller knows it from elsewhere. */
export interface RecordingOrigin {
  readonly recordingId: Uint8Array;
  readonly agentId: Uint8Array;
  readonly devicePublicKey: DevicePublicKey;
}

export interface VerifyRecordingInput {
  /** All sources of the recording, in order of their segments. */
  readonly sources: Iterable<RecordingSource> | AsyncIterable<RecordingSource>;
  /** May be left out when there is a manifest, which then says it. */
  readonly origin?: RecordingOrigin;
  readonly manifest?: { readonly signed: SignedManifest; readonly servicePublicKeySpki: Uint8Array };
}

/**
 * Tells whether a recording is what its device sealed. Needs public keys only and reads every byte once. Bytes never
 * make it throw; it throws `TypeError` without both origin and manifest, and what the sources throw.
 */
export async function verifyRecording(input: VerifyRecordingInput): Promise<Verdict> {
  if (input.origin === undefined && input.manifest === undefined) throw new TypeError('neither origin nor manifest');
  const { manifest, findings } = await openManifest(input);
  const origin = input.origin ?? (manifest && originOf(manifest));
  if (origin === undefined) return { verdict: 'altered', findings, declaredHoles: [], segmentCount: 0, untilMs: 0 };
  if (manifest !== undefined) findings.push(...(await compareOrigin(manifest, origin)));
  const { recordingId, agentId } = origin;
  const chain = new ChainAudit({ recordingId, agentId, chainStart: await chainStart(recordingId, agentId) });
  const publicKey = await importDevicePublicKey(origin.devicePublicKey);
  const names = new SourceNames(manifest?.files ?? []);
  for await (const source of input.sources) {
    const audit = await auditSource(source, chain, (bytes) => verifySegment(bytes, { publicKey }));
    names.add(source.name, audit.entries);
    findings.push(...audit.findings);
    if (manifest !== undefined) findings.push(...compareFileWithManifest(manifest, source, audit));
  }
  const holes = sortHoles(chain.finish(), manifest?.gaps ?? [], chain);
  findings.push(...holes.findings);
  if (manifest !== undefined) findings.push(...compareWithManifest(manifest, chain, holes.findings.length > 0));
  return verdictOf(names.complete(findings), holes.declaredHoles, chain);
}

function verdictOf(
  findings: readonly Finding[],
  declaredHoles: readonly DeclaredHole[],
  { segmentCount, untilMs, hasEnded }: ChainAudit,
): Verdict {
  const basis = { findings, declaredHoles, segmentCount, untilMs };
  if (findings.length > 0) return { verdict: 'altered', ...basis };
  if (!hasEnded) return { verdict: 'intact-end-not-attested', ...basis };
  return { verdict: declaredHoles.length > 0 ? 'intact-with-declared-gaps' : 'intact-and-complete', ...basis };
}

async function openManifest(
  input: VerifyRecordingInput,
): Promise<{ manifest: RecordingManifest | undefined; findings: Finding[] }> {
  if (input.manifest === undefined) return { manifest: undefined, findings: [] };
  const { signed, servicePublicKeySpki } = input.manifest;
  try {
    const manifest = await verifyManifest(signed.bytes, signed.signature, servicePublicKeySpki);
    return { manifest, findings: [] };
  } catch (error) {
    if (!(error instanceof RecordingFormatError)) throw error;
    const reason = error.code === 'signature-invalid' ? 'manifest-signature-invalid' : error.code;
    return { manifest: undefined, findings: [{ reason, detail: error.reason }] };
  }
}

function originOf(manifest: RecordingManifest): RecordingOrigin {
  return {
    recordingId: ulidToBytes(manifest.recordingId.replace(/^rec_/, '')),
    agentId: ulidToBytes(manifest.agentId.replace(/^agt_/, '')),
    devicePublicKey: hexToBytes(manifest.device.publicKey),
  };
}

async function compareOrigin(manifest: RecordingManifest, origin: RecordingOrigin): Promise<Finding[]> {
  const key = await importDevicePublicKey(origin.devicePublicKey);
  const rawKey = new Uint8Array(await crypto.subtle.exportKey('raw', key));
  const isSame =
    manifest.recordingId === recordingIdText(origin.recordingId) &&
    manifest.agentId === agentIdText(origin.agentId) &&
    areBytesEqual(rawKey, hexToBytes(manifest.device.publicKey));
  return isSame ? [] : [{ reason: 'manifest-mismatch', detail: 'of another recording, agent or device' }];
}
