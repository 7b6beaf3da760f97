import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  authenticateManifest,
  fileNameOf,
  followDevices,
  linkOf,
  type ManifestKey,
  type ManifestKeySet,
  type Proof,
  parseManifestKeySet,
  proveRecording,
  type RecordingSource,
} from '@afterimage/recording';
import { describeReadFailure, type Inventory, type SetAside, takeInventory } from './inventory.ts';
import { FilePool, type ManifestAt } from './match-files.ts';
import { forgedManifest, type ProofReport, type RecordingReport } from './proof-report.ts';

/** What the caller did wrong, in words for them. */
export class CannotVerify extends Error {
  override readonly name = 'CannotVerify';
}

export interface VerifyPathsOptions {
  /** File with the service's public keys; else the one that lies with the recordings. */
  readonly keysPath?: string;
}

type Authentic = ManifestAt & NonNullable<Awaited<ReturnType<typeof authenticateManifest>>>;

/**
 * Verifies everything under the paths with public keys alone: no network, no secrets. Reads each file once as a stream.
 * @throws CannotVerify when a path is not there, or without a key set that can be used
 */
export async function verifyPaths(
  paths: readonly string[],
  { keysPath }: VerifyPathsOptions = {},
): Promise<ProofReport> {
  const inventory = await takeInventory(paths).catch((error: unknown) => {
    throw new CannotVerify(`${paths.join(' ')}: ${describeReadFailure(error)}`, { cause: error });
  });
  const keys = keysPath === undefined ? chooseKeySet(inventory) : await readKeySet(keysPath);
  const { authentic, forged } = await authenticateAll(inventory, keys.keySet.keys);
  const pool = await FilePool.of(inventory.recordingFiles);
  const run = new PathsRun(inventory, pool, keys.keySet.keys);
  const groups = groupByRecording(authentic);
  for (const manifests of groups) await run.prove(manifests);
  run.setAsideRest(groups);
  const isAsked = (path: string) => inventory.asked?.has(path) ?? true;
  return {
    keys: { path: keys.path, asOf: keys.keySet.asOf, keyIds: keys.keySet.keys.map(({ keyId }) => keyId) },
    recordings: [...forged.filter(({ path }) => isAsked(path)).map(({ report }) => report), ...run.reports],
    devices: followDevices(run.proofs.map(({ manifest }) => linkOf(manifest))),
    unproven: [...inventory.unproven, ...run.unproven].filter(({ path }) => isAsked(path)),
    ignored: [...inventory.ignored, ...run.ignored].filter(({ path }) => isAsked(path)),
  };
}

/** Opened when the first byte is wanted, and not before: a recording may have a thousand files. */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield* createReadStream(path);
}

/** One run over an inventory; collects what it finds. */
class PathsRun {
  readonly proofs: Proof[] = [];
  readonly reports: RecordingReport[] = [];
  readonly unproven: SetAside[] = [];
  readonly ignored: SetAside[] = [];
  readonly #asked: Inventory['asked'];
  readonly #pool: FilePool;
  readonly #keys: readonly ManifestKey[];

  constructor({ asked }: Inventory, pool: FilePool, keys: readonly ManifestKey[]) {
    this.#asked = asked;
    this.#pool = pool;
    this.#keys = keys;
  }

  /** Of one recording; the manifest of its newest version says which files it has. */
  async prove(manifests: readonly Authentic[]): Promise<void> {
    const newest = manifests.reduce((a, b) => (b.manifest.manifestVersion > a.manifest.manifestVersion ? b : a));
    const files = this.#pool.take(newest);
    const concerned = [...files, ...manifests.map(({ path }) => path)];
    if (this.#asked !== undefined && !concerned.some((path) => this.#asked?.has(path))) return;
    const sources = files.map((path): RecordingSource => ({ name: path, form: 'file', bytes: bytesOf(path) }));
    try {
      const proof = await proveRecording({ sources, manifests, keys: this.#keys });
      this.proofs.push(proof);
      this.reports.push(reportOf(proof));
    } catch (error) {
      this.unproven.push({ path: files.join(', '), reason: describeReadFailure(error) });
    }
  }

  setAsideRest(groups: readonly (readonly Authentic[])[]): void {
    const older = new Map(
      groups.flatMap((manifests) =>
        manifests.flatMap(({ manifest }) => manifest.files.map((line) => [fileNameOf(line), manifest])),
      ),
    );
    for (const path of this.#pool.rest()) {
      const manifest = older.get(basename(path));
      if (this.#pool.isTakenByName(path)) this.ignored.push({ path, reason: 'a second copy; the other one was read' });
      else if (manifest !== undefined) {
        const reason = `the file of version ${manifest.manifestVersion}, which a later version replaced`;
        this.ignored.push({ path, reason });
      } else this.unproven.push({ path, reason: 'no signed manifest here describes it' });
    }
  }
}

function reportOf({ manifest, keyId, hostName, missingVersions, ...verdict }: Proof): RecordingReport {
  const { recordingId, agentId, manifestVersion, device } = manifest;
  return {
    recordingId,
    agentId,
    ...(hostName !== undefined && { hostName }),
    deviceCounter: device.recordingCounter,
    manifestVersion,
    keyId,
    missingVersions,
    ...verdict,
  };
}

async function authenticateAll({ manifests }: Inventory, keys: readonly ManifestKey[]) {
  const authentic: Authentic[] = [];
  const forged: { path: string; report: RecordingReport }[] = [];
  for (const { path, signed } of manifests) {
    const found = await authenticateManifest(signed, keys);
    if (found !== undefined) authentic.push({ path, ...found });
    else forged.push({ path, report: forgedManifest(path, keys.length) });
  }
  return { authentic, forged };
}

function groupByRecording(manifests: readonly Authentic[]): Authentic[][] {
  const groups = new Map<string, Authentic[]>();
  for (const authentic of manifests) {
    const { recordingId } = authentic.manifest;
    groups.set(recordingId, [...(groups.get(recordingId) ?? []), authentic]);
  }
  return [...groups.values()];
}

interface ChosenKeys {
  readonly path: string;
  readonly keySet: ManifestKeySet;
}

function chooseKeySet({ keySets }: Inventory): ChosenKeys {
  const [chosen, ...others] = keySets;
  if (chosen === undefined) {
    throw new CannotVerify('There is no set of public keys here. Name one with --keys FILE; the service publishes it.');
  }
  if (others.length > 0) {
    const paths = keySets.map(({ path }) => path).join(', ');
    throw new CannotVerify(`There are several sets of public keys: ${paths}. Choose one with --keys FILE.`);
  }
  return chosen;
}

async function readKeySet(path: string): Promise<ChosenKeys> {
  try {
    return { path, keySet: await parseManifestKeySet(JSON.parse(await readFile(path, 'utf8'))) };
  } catch (error) {
    throw new CannotVerify(`${path} is no set of public keys: ${describeReadFailure(error)}`, { cause: error });
  }
}
