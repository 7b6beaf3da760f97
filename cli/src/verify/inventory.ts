import { type FileHandle, lstat, open, opendir, stat } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import {
  type ManifestKeySet,
  parseManifestKeySet,
  RecordingFormatError,
  type SignedManifest,
} from '@afterimage/recording';
import { readProofJson } from './proof-json.ts';

export interface FoundManifest {
  readonly path: string;
  readonly signed: SignedManifest;
}

/** A file that was not looked into, or could not be, and why. */
export interface SetAside {
  readonly path: string;
  readonly reason: string;
}

/** What the paths of a command lead to. Nothing of a recording file is read yet. */
export interface Inventory {
  readonly recordingFiles: string[];
  readonly manifests: FoundManifest[];
  readonly keySets: { readonly path: string; readonly keySet: ManifestKeySet }[];
  /** Files that are no part of any recording. */
  readonly ignored: SetAside[];
  /** Files that should be part of one and cannot be read as such. */
  readonly unproven: SetAside[];
  /** Set where single files were asked for: only what they belong to is of interest. */
  readonly asked: Set<string> | undefined;
}

const MAX_DEPTH = 32;
const FILE_MAGIC = 'AIRF';

/**
 * Collects what lies under the paths. Links inside folders are not followed: a folder of evidence must not lead
 * elsewhere. A file's manifests and the key set are looked for beside it.
 * @throws Error with the code `ENOENT` for a path that is not there
 */
export async function takeInventory(given: readonly string[]): Promise<Inventory> {
  const files = new Set<string>();
  const paths = given.map((path) => normalize(path));
  const kinds = await Promise.all(paths.map(async (path) => ({ path, kind: await stat(path) })));
  const asked = kinds.every(({ kind }) => !kind.isDirectory()) ? new Set(paths) : undefined;
  const inventory: Inventory = { recordingFiles: [], manifests: [], keySets: [], ignored: [], unproven: [], asked };
  for (const { path, kind } of kinds) {
    if (kind.isDirectory()) await walk(path, MAX_DEPTH, files, inventory.ignored);
    else if (kind.isFile()) await takeNeighbours(path, files);
    else inventory.unproven.push({ path, reason: 'not a regular file' });
  }
  for (const path of files) await classify(path, inventory);
  return inventory;
}

async function walk(folder: string, depth: number, files: Set<string>, ignored: SetAside[]): Promise<void> {
  const folders: string[] = [];
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile()) files.add(path);
    else if (entry.isDirectory() && depth > 0) folders.push(path);
    else
      ignored.push({ path, reason: entry.isSymbolicLink() ? 'a link; links are not followed' : 'not a regular file' });
  }
  for (const path of folders.sort()) await walk(path, depth - 1, files, ignored);
}

async function takeNeighbours(path: string, files: Set<string>): Promise<void> {
  files.add(path);
  for await (const entry of await opendir(dirname(path))) {
    const isProof = entry.name.endsWith('.air') || entry.name.endsWith('.json');
    if (entry.isFile() && isProof) files.add(join(dirname(path), entry.name));
  }
  const keysAbove = join(dirname(path), '..', 'keys.json');
  if (await isRegularFile(keysAbove)) files.add(keysAbove);
}

async function isRegularFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch {
    return false;
  }
}

async function classify(path: string, inventory: Inventory): Promise<void> {
  try {
    if (path.endsWith('.air') || (await startsAsRecording(path))) inventory.recordingFiles.push(path);
    else if (path.endsWith('.json')) await classifyJson(path, inventory);
    else inventory.ignored.push({ path, reason: 'neither recording, manifest nor key set' });
  } catch (error) {
    inventory.unproven.push({ path, reason: describeReadFailure(error) });
  }
}

async function classifyJson(path: string, { manifests, keySets, ignored }: Inventory): Promise<void> {
  const found = await readProofJson(path);
  if (found.kind === 'manifest') manifests.push({ path, signed: found.signed });
  else if (found.kind === 'keys') keySets.push({ path, keySet: await parseManifestKeySet(found.json) });
  else if (/\.manifest\.v\d+\.json$/.test(basename(path))) {
    throw new RecordingFormatError('bad-manifest', 'named like a manifest, and none');
  } else ignored.push({ path, reason: 'neither manifest nor key set' });
}

async function startsAsRecording(path: string): Promise<boolean> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FILE_MAGIC.length), 0, FILE_MAGIC.length, 0);
    return bytesRead === FILE_MAGIC.length && buffer.toString('latin1') === FILE_MAGIC;
  } finally {
    await file?.close();
  }
}

/** Words for what the file system or a parser said. */
export function describeReadFailure(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('code' in error && typeof error.code === 'string' && error.code.startsWith('E')) {
    return error.code === 'ENOENT' ? 'there is no such file' : `cannot be read (${error.code})`;
  }
  return 'message' in error ? String(error.message) : 'cannot be read';
}
