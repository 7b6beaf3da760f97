import { createViewerKeyPair } from '@afterimage/recording';

/** The public key of a viewer who makes a new one for each playback, as `openPlayback` takes it. */
export async function newViewerKey() {
  const { kty, n } = (await createViewerKeyPair()).publicKeyJwk;
  return { kty, n, e: 'AQAB' as const };
}
