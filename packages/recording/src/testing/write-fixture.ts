/**
 * Writes `recording-v1.bin`, a finished file of version 1: `node packages/recording/src/testing/write-fixture.ts`.
 * Keys and salts are fixed, so the bytes are the same each time. A new version of the format gets a fixture of its own;
 * this one stays as it is, for it proves that old recordings open.
 */
import { writeFileSync } from 'node:fs';
import { fixtureRecords } from './fixture-records.ts';
import { finishedFile } from './recording-kit.ts';
import { deviceOfSeed, sealRecords } from './sealing-kit.ts';

const segments = await sealRecords(fixtureRecords, await deviceOfSeed(1));
writeFileSync(new URL('recording-v1.bin', import.meta.url), await finishedFile(segments));
