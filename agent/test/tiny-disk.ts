import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@jest/globals';

const canMount = tryToMount();

/** A test on a disk of its own that is soon full; says so where the system does not let it be made. */
export function tinyDiskTest(title: string, sizeMb: number, body: (directory: string) => Promise<void>): void {
  const run = canMount ? test : test.skip;
  run(canMount ? title : `${title} (needs the right to mount)`, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'afterimage-disk-'));
    mount(directory, sizeMb);
    try {
      await body(directory);
    } finally {
      execFileSync('umount', ['--lazy', directory]);
      await rmdir(directory);
    }
  });
}

function mount(directory: string, sizeMb: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m,mode=700`, 'tmpfs', directory], { stdio: 'ignore' });
}

function tryToMount(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'afterimage-disk-'));
  try {
    mount(directory, 1);
    execFileSync('umount', [directory]);
    return true;
  } catch {
    return false;
  } finally {
    void rm(directory, { recursive: true, force: true });
  }
}
