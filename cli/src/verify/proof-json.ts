import { readFile, stat } from 'node:fs/promises';
import { base64ToBytes, type SignedManifest } from '@afterimage/recording';

export type ProofJson =
  | { readonly kind: 'manifest'; readonly signed: SignedManifest }
  | { readonly kind: 'keys'; readonly json: object }
  | { readonly kind: 'other' };

/** The largest manifest, escaped once more, and its signature. */
const MAX_JSON_BYTES = 40 * 1024 * 1024;

/** Tells what a JSON file is. What is too large or no JSON is something else; throws what the file system throws. */
export async function readProofJson(path: string): Promise<ProofJson> {
  if ((await stat(path)).size > MAX_JSON_BYTES) return { kind: 'other' };
  const json = parseObject(await readFile(path, 'utf8'));
  if (json === undefined) return { kind: 'other' };
  if ('format' in json && json.format === 'afterimage-manifest-keys') return { kind: 'keys', json };
  const signed = readSignedManifest(json);
  return signed === undefined ? { kind: 'other' } : { kind: 'manifest', signed };
}

/** `{ "manifest": canonical JSON as text, "signature": base64 }`, as the service keeps it beside the file. */
function readSignedManifest(json: object): SignedManifest | undefined {
  if (!('manifest' in json && 'signature' in json)) return undefined;
  const { manifest, signature } = json;
  if (typeof manifest !== 'string' || typeof signature !== 'string') return undefined;
  try {
    return { bytes: new TextEncoder().encode(manifest), signature: base64ToBytes(signature) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function parseObject(text: string): object | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}
