import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLocalKernel, writeCredentialsFile } from './local-kernel.ts';

const role = 'arn:aws:iam::000000000000:role/worker';
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'localcloud-kernel-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('the keys of a data directory', () => {
  test('stay the same over a restart, so that what they presigned stays valid', () => {
    const first = createLocalKernel(directory, () => {});
    const root = first.credentials.root;
    const { accessKeyId, secretAccessKey, sessionToken } = first.credentials.credentialsForRole(role, 'fn');
    first.close();
    const second = createLocalKernel(directory, () => {});
    expect(second.credentials.root).toMatchObject(root);
    expect(second.credentials.find(accessKeyId, sessionToken)).toMatchObject({
      secretAccessKey,
      principal: { kind: 'role', roleName: 'worker', sessionName: 'fn' },
    });
    second.close();
  });

  test('lie in a file that only its owner can read', () => {
    const local = createLocalKernel(directory, () => {});
    writeCredentialsFile(directory, local.credentials.root, 'http://127.0.0.1:4566');
    local.close();
    const path = join(directory, 'credentials.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      ...local.credentials.root,
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:4566',
    });
  });

  test('differ between data directories and between sessions', () => {
    const other = mkdtempSync(join(tmpdir(), 'localcloud-kernel-'));
    const first = createLocalKernel(directory, () => {});
    const second = createLocalKernel(other, () => {});
    const keys = [
      first.credentials.credentialsForRole(role, 'a').secretAccessKey,
      first.credentials.credentialsForRole(role, 'b').secretAccessKey,
      second.credentials.credentialsForRole(role, 'a').secretAccessKey,
      first.credentials.root.secretAccessKey,
      second.credentials.root.secretAccessKey,
    ];
    expect(new Set(keys).size).toBe(keys.length);
    first.close();
    second.close();
    rmSync(other, { recursive: true, force: true });
  });
});
