import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Authorizer } from '../auth/authorizer.ts';
import { CredentialsStore, generateRootCredentials, type RootCredentials } from '../auth/credentials.ts';
import { FaultPlan } from '../faults/fault-plan.ts';
import { openDatabase, readMeta, writeMeta } from './database.ts';
import { GroupCommit } from './group-commit.ts';
import { physicalName } from './physical-name.ts';
import { type Kernel, region } from './types.ts';
import { UsageLedger } from './usage-ledger.ts';

/** A kernel with what only localcloud's own modules may touch. */
export interface LocalKernel {
  kernel: Kernel;
  authorizer: Authorizer;
  credentials: CredentialsStore;
  close(): void;
}

export function createLocalKernel(dataDirectory: string, log: Kernel['log']): LocalKernel {
  const database = openDatabase(dataDirectory);
  const authorizer = new Authorizer();
  const now = () => Date.now();
  const faults = new FaultPlan(now);
  const groupCommit = new GroupCommit(database, () => faults.isDiskFull());
  const kernel: Kernel = {
    database,
    dataDirectory,
    authorize: (check) => authorizer.authorize(check),
    commit: (work) => groupCommit.commit(work),
    now,
    faults,
    usage: new UsageLedger(),
    physicalName,
    log,
  };
  return {
    kernel,
    authorizer,
    credentials: new CredentialsStore(rootCredentialsOf(dataDirectory), masterSecretOf(database)),
    close() {
      groupCommit.close();
      database.close();
    },
  };
}

/** Rewrites `DATA/credentials.json`, which the operator's tools read: keys, region and endpoint, for the owner alone. */
export function writeCredentialsFile(dataDirectory: string, root: RootCredentials, endpoint: string): void {
  const { accessKeyId, secretAccessKey } = root;
  const text = `${JSON.stringify({ accessKeyId, secretAccessKey, region, endpoint }, undefined, 2)}\n`;
  writeFileSync(credentialsPath(dataDirectory), text, { mode: 0o600 });
}

function credentialsPath(dataDirectory: string): string {
  return join(dataDirectory, 'credentials.json');
}

function rootCredentialsOf(dataDirectory: string): RootCredentials {
  try {
    return JSON.parse(readFileSync(credentialsPath(dataDirectory), 'utf8')) as RootCredentials;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const generated = generateRootCredentials();
    writeCredentialsFile(dataDirectory, generated, '');
    return generated;
  }
}

function masterSecretOf(database: DatabaseSync): Buffer {
  const stored = readMeta(database, 'master-secret');
  if (stored !== undefined) return Buffer.from(stored, 'base64');
  const generated = randomBytes(32);
  writeMeta(database, 'master-secret', generated.toString('base64'));
  return generated;
}
