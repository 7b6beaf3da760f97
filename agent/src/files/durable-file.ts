import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Only the owner reads what the agent keeps. */
const privateFileMode = 0o600;
const privateDirectoryMode = 0o700;

export async function makePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: privateDirectoryMode });
}

/**
 * Replaces a file so that after a crash or a power cut either the old or the new content is there, whole: written
 * beside, flushed, renamed, and the directory flushed.
 */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, 'w', privateFileMode);
  try {
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(beside, path);
  await syncDirectory(dirname(path));
}

export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** @returns undefined when there is no such file */
export async function readFileIfAny(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export function isNotFound(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

/** No room is left, or the user's share of it is used up: both end by themselves. */
export function isDiskFull(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code))
  );
}

/** Makes names in a directory durable. Windows cannot open directories and needs no such call. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
