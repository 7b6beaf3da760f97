import {
  type ApiClient,
  type ErasureReceipt,
  erasureReceiptSchema,
  getErasure,
  getManifestKeys,
  type RecordingId,
} from '@afterimage/contracts';
import { readStoredManifest } from '@afterimage/player';
import { base64ToBytes, bytesToHex, derToRawSignature, parseManifestKeySet, sha256 } from '@afterimage/recording';

export interface ErasureProof {
  receipt: ErasureReceipt;
  /** Empty where the receipt is the service's and says what the manifest says. */
  objections: string[];
}

/** The receipt of an erasure, held against the service's public keys and the signed manifest. Undefined before it is done. */
export async function proveErasure(api: ApiClient, recordingId: RecordingId): Promise<ErasureProof | undefined> {
  const { signed } = await api(getErasure, { params: { recordingId } });
  if (signed === undefined) return undefined;
  const receipt = erasureReceiptSchema.parse(JSON.parse(signed.receipt));
  const objections = [
    ...(receipt.recordingId === recordingId ? [] : ['the receipt is of another recording']),
    ...((await isSignedByService(api, signed)) ? [] : ['none of the service’s keys signed the receipt']),
    ...(await compareWithManifest(api, receipt)),
  ];
  return { receipt, objections };
}

async function isSignedByService(api: ApiClient, signed: { receipt: string; signature: string }): Promise<boolean> {
  const { keys } = await parseManifestKeySet(await api(getManifestKeys, {}));
  const bytes = new TextEncoder().encode(signed.receipt);
  const signature = derToRawSignature(base64ToBytes(signed.signature));
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  for (const { publicKeySpki } of keys) {
    const key = await crypto.subtle.importKey('spki', new Uint8Array(publicKeySpki), curve, false, ['verify']);
    if (await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, bytes)) return true;
  }
  return false;
}

async function compareWithManifest(api: ApiClient, { recordingId, existed }: ErasureReceipt): Promise<string[]> {
  if (existed.manifest === null) return [];
  const { authentic } = await readStoredManifest(api, recordingId, AbortSignal.timeout(60_000));
  if (authentic === undefined) return ['none of the service’s keys signed the manifest'];
  const { manifest, signed } = authentic;
  const hash = bytesToHex(await sha256(signed.bytes));
  const isSame =
    hash === existed.manifest.sha256 &&
    manifest.chainHead.sequence === existed.chainHead.sequence &&
    manifest.chainHead.hash === existed.chainHead.hash;
  return isSame ? [] : ['the receipt names another manifest'];
}
