import { DatabaseSync } from 'node:sqlite';

/** Another process of the agent works in the data directory. */
export class DirectoryInUseError extends Error {
  constructor(path: string) {
    super(`another agent process holds ${path}`);
    this.name = 'DirectoryInUseError';
  }
}

export interface DirectoryLock {
  release(): void;
}

/**
 * Takes a lock that the operating system frees when the process dies, however it dies. Node has no file lock of its
 * own; SQLite's exclusive transaction is one, on every platform.
 *
 * @throws DirectoryInUseError
 */
export function lockDirectory(path: string): DirectoryLock {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (/locked|busy/.test(String(error))) throw new DirectoryInUseError(path);
    throw error;
  }
  return { release: () => database.close() };
}
