import type { getManifestKeys, RetiredManifestKey } from '@afterimage/contracts';
import { type Clock, type ManifestSigner, manifestKeyId, nowIso } from '@afterimage/core';
import { done, type Outcome } from '../_runtime/http/route-binding.ts';

export interface ShowManifestKeysDependencies {
  signer: Pick<ManifestSigner, 'publicKey'>;
  retiredManifestKeys: readonly RetiredManifestKey[];
  clock: Clock;
}

/** The key that signs now took over when the last one before it was retired. */
export async function showManifestKeys({
  signer,
  retiredManifestKeys,
  clock,
}: ShowManifestKeysDependencies): Promise<Outcome<typeof getManifestKeys>> {
  const current = {
    publicKey: await signer.publicKey(),
    validFrom: retiredManifestKeys.at(-1)?.validUntil ?? null,
    validUntil: null,
  };
  const keys = await Promise.all(
    [...retiredManifestKeys, current].map(async (key) => ({ ...key, keyId: await manifestKeyId(key.publicKey) })),
  );
  return done({ format: 'afterimage-manifest-keys', formatVersion: 1, asOf: nowIso(clock), keys });
}
