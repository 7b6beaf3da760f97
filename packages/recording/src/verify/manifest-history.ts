import { hashManifest } from '../manifest/manifest-codec.ts';
import { isKeyValidAt } from '../manifest/manifest-key-set.ts';
import type { AuthenticManifest } from './authenticate-manifest.ts';
import type { Finding } from './verdict.ts';

/** All versions of one recording's manifest that are at hand, in order. */
export interface ManifestHistory {
  /** Undefined without any. */
  readonly newest: AuthenticManifest | undefined;
  readonly findings: readonly Finding[];
  /** Versions that the newest stands on and that are not here: what they said is known by its hash only. */
  readonly missingVersions: readonly number[];
}

/**
 * Follows the chain of versions: version n names n-1 by its hash, and no two say different things under one number. The
 * manifests are of one recording and authentic.
 */
export async function followHistory(manifests: readonly AuthenticManifest[]): Promise<ManifestHistory> {
  const versions = new Map<number, AuthenticManifest & { hash: string }>();
  const findings: Finding[] = [];
  for (const authentic of manifests) {
    const hash = await hashManifest(authentic.signed.bytes);
    const { manifestVersion } = authentic.manifest;
    const known = versions.get(manifestVersion);
    if (known !== undefined && known.hash !== hash)
      findings.push(broken(`two manifests of version ${manifestVersion}`));
    versions.set(manifestVersion, { ...authentic, hash });
    findings.push(...checkKeyDates(authentic));
  }
  const newest = versions.get(Math.max(...versions.keys()));
  const missingVersions: number[] = [];
  for (let version = 1; version <= (newest?.manifest.manifestVersion ?? 0); version++) {
    const here = versions.get(version);
    const before = versions.get(version - 1);
    if (here === undefined) missingVersions.push(version);
    const isFollowed = version === 1 || before !== undefined;
    if (here !== undefined && isFollowed && here.manifest.previousManifestHash !== (before?.hash ?? null)) {
      findings.push(broken(`version ${version} does not name the version before it`));
    }
  }
  return { newest, findings, missingVersions };
}

/** A key that was retired, or was not made yet, signs nothing: somebody else has it. */
function checkKeyDates({ manifest, key }: AuthenticManifest): Finding[] {
  if (isKeyValidAt(key, manifest.createdAt)) return [];
  const detail = `version ${manifest.manifestVersion} is signed by key ${key.keyId}, which did not sign at ${manifest.createdAt}`;
  return [{ reason: 'manifest-key-out-of-date', detail }];
}

function broken(detail: string): Finding {
  return { reason: 'manifest-history-broken', detail };
}
