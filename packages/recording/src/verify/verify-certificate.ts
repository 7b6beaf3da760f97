import { base64ToBytes } from '../encoding/base64.ts';
import { areBytesEqual } from '../encoding/byte-arrays.ts';
import { hexToBytes } from '../encoding/hex.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { canonicalJson } from '../manifest/canonical-json.ts';
import type { RecordingManifest } from '../manifest/manifest.ts';
import { ManifestFields } from '../manifest/manifest-fields.ts';
import type { ManifestKey } from '../manifest/manifest-key-set.ts';
import { isSignedByService } from '../manifest/service-signature.ts';

/** What the service attested when it enrolled a device: this key belongs to this agent on this host. */
export interface DeviceCertificateFacts {
  readonly agentId: string;
  readonly hostName: string;
  readonly enrolledAt: string;
  /** Raw Ed25519 key. */
  readonly publicKey: Uint8Array;
}

/**
 * Proves the certificate that a manifest carries, by any of the keys, and that it is about the manifest's own device.
 * Undefined for a manifest without one. Throws `RecordingFormatError`: `signature-invalid` or `bad-manifest`.
 */
export async function verifyCertificate(
  manifest: RecordingManifest,
  keys: readonly ManifestKey[],
): Promise<DeviceCertificateFacts | undefined> {
  const { certificate, publicKey } = manifest.device;
  if (certificate === null) return undefined;
  const { payload, signature } = readCertificate(certificate);
  if (!(await isSignedByAny(payload, signature, keys))) {
    throw new RecordingFormatError('signature-invalid', 'no known key signed the device certificate');
  }
  const facts = readPayload(payload);
  if (facts.agentId.toUpperCase() !== manifest.agentId.toUpperCase() || !isKey(facts, publicKey)) {
    throw new RecordingFormatError('bad-manifest', 'the device certificate is about another device');
  }
  return facts;
}

function isKey({ publicKey }: DeviceCertificateFacts, hex: string): boolean {
  return areBytesEqual(publicKey, hexToBytes(hex));
}

function readCertificate(base64: string): { payload: string; signature: string } {
  return asBadManifest(() => {
    const fields = new ManifestFields(parseText(base64ToBytes(base64)), 'certificate');
    return { payload: fields.text('payload'), signature: fields.text('signature') };
  });
}

/** Canonical JSON, so that one certificate has one form. */
function readPayload(payload: string): DeviceCertificateFacts {
  return asBadManifest(() => {
    const json: unknown = JSON.parse(payload);
    if (canonicalJson(json) !== payload) throw new RangeError('the device certificate is not canonical');
    const fields = new ManifestFields(json, 'certificate');
    fields.oneOf('format', ['afterimage-device-certificate']);
    if (fields.integer('version') !== 1) throw new RangeError('a device certificate of another version');
    return {
      agentId: fields.text('agentId'),
      hostName: fields.text('hostName'),
      enrolledAt: fields.time('enrolledAt'),
      publicKey: base64ToBytes(fields.text('publicKey')),
    };
  });
}

async function isSignedByAny(payload: string, signature: string, keys: readonly ManifestKey[]): Promise<boolean> {
  const bytes = new TextEncoder().encode(payload);
  const signatureDer = asBadManifest(() => base64ToBytes(signature));
  for (const { publicKeySpki } of keys) {
    if (await isSignedByService(bytes, signatureDer, publicKeySpki)) return true;
  }
  return false;
}

function parseText(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
}

function asBadManifest<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof RecordingFormatError) throw cause;
    throw new RecordingFormatError('bad-manifest', 'the device certificate cannot be read', { cause });
  }
}
