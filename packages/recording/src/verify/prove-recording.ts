import { RecordingFormatError } from '../errors/recording-format-error.ts';
import type { RecordingManifest } from '../manifest/manifest.ts';
import type { ManifestKey } from '../manifest/manifest-key-set.ts';
import type { RecordingSource } from './audit-source.ts';
import type { AuthenticManifest } from './authenticate-manifest.ts';
import type { LinkedRecording } from './device-line.ts';
import { followHistory } from './manifest-history.ts';
import type { Finding, Verdict } from './verdict.ts';
import { verifyCertificate } from './verify-certificate.ts';
import { verifyRecording } from './verify-recording.ts';

export interface ProveRecordingInput {
  /** The files that the newest manifest lists, as far as they are here, in order. */
  readonly sources: Iterable<RecordingSource> | AsyncIterable<RecordingSource>;
  /** At least one; all of one recording. */
  readonly manifests: readonly AuthenticManifest[];
  /** The service's public keys. */
  readonly keys: readonly ManifestKey[];
}

/** A verdict with what it stands on. */
export type Proof = Verdict & {
  readonly manifest: RecordingManifest;
  /** The key that signed the newest manifest. */
  readonly keyId: string;
  /** The host that the device was enrolled as; absent without a certificate that holds. */
  readonly hostName?: string;
  /** Older versions of the manifest that are not here. */
  readonly missingVersions: readonly number[];
};

/**
 * Everything that public keys can tell about one recording: its manifests, its device's certificate, every byte of it.
 * Throws `TypeError` without a manifest, and what the sources throw.
 */
export async function proveRecording({ sources, manifests, keys }: ProveRecordingInput): Promise<Proof> {
  const { newest, findings: historic, missingVersions } = await followHistory(manifests);
  if (newest === undefined) throw new TypeError('no manifest');
  const { manifest, signed, key } = newest;
  const certificate = await checkCertificate(manifest, keys);
  const verdict = await verifyRecording({ sources, manifest: { signed, servicePublicKeySpki: key.publicKeySpki } });
  const findings = [...historic, ...certificate.findings, ...verdict.findings];
  const { hostName } = certificate;
  return {
    ...verdict,
    verdict: findings.length > 0 ? 'altered' : verdict.verdict,
    findings,
    manifest,
    keyId: key.keyId,
    ...(hostName !== undefined && { hostName }),
    missingVersions,
  };
}

/** What a device's line of recordings is made of. */
export function linkOf({ recordingId, agentId, device, chainHead, isEndAttested }: RecordingManifest): LinkedRecording {
  const { recordingCounter: counter, previousRecordingHead: previousHead } = device;
  return { recordingId, agentId, counter, previousHead, head: chainHead.hash, isEndAttested };
}

async function checkCertificate(
  manifest: RecordingManifest,
  keys: readonly ManifestKey[],
): Promise<{ findings: Finding[]; hostName?: string }> {
  try {
    const facts = await verifyCertificate(manifest, keys);
    return { findings: [], ...(facts !== undefined && { hostName: facts.hostName }) };
  } catch (error) {
    if (!(error instanceof RecordingFormatError)) throw error;
    return { findings: [{ reason: 'certificate-invalid', detail: error.reason }] };
  }
}
