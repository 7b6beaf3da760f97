import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idToBytes, makeAgentId, makeRecordingId, makeSessionId, sessionAttributesSchema } from '@afterimage/contracts';
import {
  type DeviceSigner,
  deriveEpochKey,
  openSegment,
  parseSegmentHeader,
  type RecordingRecord,
} from '@afterimage/recording';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { RecordingJournal } from '../journal/recording-journal.ts';
import { SegmentSpool } from '../spool/segment-spool.ts';
import { SpoolBudget } from '../spool/spool-budget.ts';
import { systemClock } from '../time/clock.ts';
import { RecordingFolder } from './recording-folder.ts';
import { RecordingKeeper } from './recording-keeper.ts';
import { makeRecordingSecrets } from './recording-secrets.ts';

jest.setTimeout(60_000);

const ids = { nowMs: () => 1_700_000_000_000, randomBytes: (length: number) => randomBytes(length) };
const agentId = makeAgentId(ids);
const { privateKey } = generateKeyPairSync('ed25519');
const signer: DeviceSigner = { sign: async (message) => sign(null, message, privateKey) };
const localKey = { deriveLocalKey: () => Buffer.alloc(32, 5) };

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'afterimage-keeper-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

function makeFolder(): Promise<RecordingFolder> {
  const asserted = { value: 'ada', assertedBy: 'agent' as const };
  return RecordingFolder.create(
    root,
    {
      version: 1,
      recordingId: makeRecordingId(ids),
      sessionId: makeSessionId(ids),
      attributes: sessionAttributesSchema.parse({ user: asserted, host: asserted }),
      source: 'browser',
      content: 'screen',
      isUpgraded: false,
      initiator: 'policy',
      targetId: 'screen',
      startedAt: '2026-11-22T12:00:00.000Z',
      clockOffsetMs: 0,
      width: 64,
      height: 48,
      deviceCounter: 1,
      wrappedKey: 'AAAA',
      wrappingKeyId: 'key',
      isAnnounced: false,
    },
    makeRecordingSecrets(),
    localKey,
  );
}

async function keeperOptions(folder: RecordingFolder, using: DeviceSigner = signer) {
  const spool = await SegmentSpool.open(folder.path, new SpoolBudget(2 ** 30), systemClock);
  return { folder, spool, agentId, signer: using };
}

const screen = (timeMs: number, sizeBytes: number, isKeyImage = timeMs === 0): RecordingRecord => ({
  type: 'screen',
  timeMs,
  isKeyImage,
  partIndex: 0,
  isLast: true,
  width: 64,
  height: 48,
  bytes: Buffer.alloc(sizeBytes, timeMs),
});

async function readRecords(folder: RecordingFolder, spool: SegmentSpool): Promise<RecordingRecord[]> {
  const recordingId = idToBytes(folder.facts.recordingId);
  const key = await deriveEpochKey(folder.secrets.dataKey, recordingId, 0);
  const records: RecordingRecord[] = [];
  for (const { sequence } of spool.segments) records.push(...(await openSegment(await spool.read(sequence), key)));
  return records;
}

/** What a machine would hold that lost power when the journal had so many bytes. */
async function copyWithTornJournal(folder: RecordingFolder, lengthBytes: number): Promise<RecordingFolder> {
  const copyRoot = await mkdtemp(join(root, 'copy-'));
  const path = join(copyRoot, folder.facts.recordingId);
  await cp(folder.path, path, { recursive: true });
  await truncate(join(path, await journalNameIn(path)), lengthBytes);
  const [copy] = await RecordingFolder.openAll(copyRoot, localKey);
  if (!copy) throw new Error('the copy is not there');
  return copy;
}

async function journalNameIn(path: string): Promise<string> {
  const name = (await readdir(path)).find((candidate) => candidate.startsWith('journal-'));
  if (!name) throw new Error('there is no journal');
  return name;
}

describe('keeping a recording', () => {
  test('recovers a prefix of what was recorded, whatever byte the journal is torn at', async () => {
    const folder = await makeFolder();
    const keeper = await RecordingKeeper.begin(await keeperOptions(folder));
    const given = [0, 100, 200, 300].map((timeMs) => screen(timeMs, 40));
    for (const record of given) await keeper.append(record);
    await keeper.close();
    const journal = await readFile(join(folder.path, await journalNameIn(folder.path)));
    const recoveredCounts = new Set<number>();
    for (let lengthBytes = journal.length; lengthBytes >= 0; lengthBytes -= 3) {
      const copy = await copyWithTornJournal(folder, lengthBytes);
      const options = await keeperOptions(copy);
      const recovered = await RecordingKeeper.recover(options);
      await recovered?.end('agent-died');
      const records = (await readRecords(copy, options.spool)).filter((record) => record.type === 'screen');
      expect(records).toMatchObject(given.slice(0, records.length).map(({ timeMs }) => ({ timeMs })));
      recoveredCounts.add(records.length);
    }
    expect([...recoveredCounts].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  test('seals a planned segment with the very same bytes after a crash in the middle of sealing', async () => {
    const folder = await makeFolder();
    const signed: Uint8Array[] = [];
    const crashing: DeviceSigner = {
      sign: async (message) => {
        signed.push(message);
        throw new Error('power cut');
      },
    };
    const keeper = await RecordingKeeper.begin(await keeperOptions(folder, crashing));
    await keeper.append(screen(0, 1_000));
    await expect(keeper.append(screen(50, 300 * 1024))).rejects.toThrow('power cut');
    await keeper.close();

    const watching: DeviceSigner = {
      sign: (message) => {
        signed.push(message);
        return signer.sign(message);
      },
    };
    const options = await keeperOptions(folder, watching);
    const recovered = await RecordingKeeper.recover(options);
    expect(recovered?.sealedSequence).toBe(1);
    expect(signed).toHaveLength(2);
    expect(signed[1]).toEqual(signed[0]);
    await recovered?.close();
  });

  test('replaces a segment by the same bytes when the crash came before the journal moved on', async () => {
    const folder = await makeFolder();
    const keeper = await RecordingKeeper.begin(await keeperOptions(folder));
    await keeper.append(screen(0, 1_000));
    await keeper.close();
    const beforeSealing = await copyWithTornJournal(
      folder,
      (await readFile(join(folder.path, await journalNameIn(folder.path)))).length,
    );
    const first = await keeperOptions(beforeSealing);
    const sealing = await RecordingKeeper.recover(first);
    await sealing?.seal();
    const sealedBytes = await first.spool.read(1);
    await sealing?.close();
    const { journal, plans } =
      (await RecordingJournal.recover(beforeSealing.path, beforeSealing.secrets.journalKey)) ?? {};
    await journal?.close();
    expect(plans).toEqual([]);
    const second = await keeperOptions(beforeSealing);
    const again = await RecordingKeeper.recover(second);
    expect(again?.sealedSequence).toBe(1);
    expect((await second.spool.read(1)).equals(sealedBytes)).toBe(true);
    await again?.close();
  });

  test('carries on in the same chain, with the next sequence', async () => {
    const folder = await makeFolder();
    const keeper = await RecordingKeeper.begin(await keeperOptions(folder));
    await keeper.append(screen(0, 100));
    await keeper.seal();
    await keeper.append(screen(100, 100));
    await keeper.close();
    const options = await keeperOptions(folder);
    const recovered = await RecordingKeeper.recover(options);
    await recovered?.append({ type: 'gap', timeMs: 5_000, fromMs: 100, toMs: 5_000, reason: 'agent-died' });
    expect(recovered?.needsKeyImage(5_000)).toBe(true);
    await recovered?.end('session-ended');
    expect(options.spool.segments.map(({ sequence }) => sequence)).toEqual([1, 2]);
    const types = (await readRecords(folder, options.spool)).map(({ type }) => type);
    expect(types).toEqual(['screen', 'screen', 'gap', 'end']);
  });

  test('STO-009: goes on in a new file that begins with a key image, in the same chain', async () => {
    const folder = await makeFolder();
    const options = await keeperOptions(folder);
    const keeper = await RecordingKeeper.begin(options);
    const hourMs = 3_600_000;
    await keeper.append(screen(0, 100));
    await keeper.seal();
    expect(keeper.needsKeyImage(1)).toBe(false);
    await keeper.append(screen(12 * hourMs - 1, 100, true));
    expect(keeper.needsKeyImage(12 * hourMs)).toBe(true);
    await keeper.append({ type: 'mark', timeMs: 12 * hourMs, activity: 'active' });
    await keeper.append(screen(12 * hourMs, 100, true));
    await keeper.append(screen(12 * hourMs + 1, 100));
    await keeper.end('session-ended');
    const headers = [];
    for (const { sequence } of options.spool.segments) {
      headers.push(parseSegmentHeader(await options.spool.read(sequence)));
    }
    expect(headers.map(({ fileNumber }) => fileNumber)).toEqual([1, 1, 1, 2]);
    expect(headers.at(-1)?.flags).toMatchObject({ isKeyBegin: true, isFinal: true });
  });

  test('takes up the file under way again after a crash, and begins the next one only when that is due', async () => {
    const folder = await makeFolder();
    const keeper = await RecordingKeeper.begin(await keeperOptions(folder));
    const hourMs = 3_600_000;
    await keeper.append(screen(0, 100));
    await keeper.seal();
    await keeper.append(screen(12 * hourMs, 100, true));
    await keeper.seal();
    await keeper.append(screen(12 * hourMs + 5, 100));
    await keeper.close();
    const options = await keeperOptions(folder);
    const recovered = await RecordingKeeper.recover(options);
    expect(recovered?.needsKeyImage(12 * hourMs + 6)).toBe(false);
    await recovered?.append(screen(13 * hourMs, 100, true));
    await recovered?.end('session-ended');
    const last = parseSegmentHeader(await options.spool.read(options.spool.segments.at(-1)?.sequence ?? 0));
    expect(last.fileNumber).toBe(2);
  });

  test('declares a gap where its journal was damaged in the middle, and keeps what can be used of what is behind it', async () => {
    const folder = await makeFolder();
    const keeper = await RecordingKeeper.begin(await keeperOptions(folder));
    const given: RecordingRecord[] = [
      screen(0, 40),
      screen(100, 40),
      { type: 'mark', timeMs: 200, activity: 'active' },
      screen(300, 40),
    ];
    const sizes: number[] = [];
    for (const record of given) {
      await keeper.append(record);
      sizes.push((await stat(join(folder.path, await journalNameIn(folder.path)))).size);
    }
    await keeper.close();
    const path = join(folder.path, await journalNameIn(folder.path));
    const bytes = await readFile(path);
    const inSecond = (sizes[0] ?? 0) + 20;
    bytes[inSecond] = (bytes[inSecond] ?? 0) ^ 1;
    await writeFile(path, bytes);

    let mended = 0;
    const options = { ...(await keeperOptions(folder)), onMended: () => mended++ };
    const recovered = await RecordingKeeper.recover(options);
    await recovered?.close();
    const again = await RecordingKeeper.recover(options);
    await again?.end('agent-died');
    expect(mended).toBe(1);
    const records = await readRecords(folder, options.spool);
    expect(records).toMatchObject([
      { type: 'screen', timeMs: 0 },
      { type: 'gap', fromMs: 0, toMs: 300, reason: 'journal-damaged' },
      { type: 'mark', timeMs: 200 },
      { type: 'end' },
    ]);
  });

  test('keeps in memory what is held back: it is not on disk before its time, is lost with the process, and is flushed at the end', async () => {
    const folder = await makeFolder();
    const options = await keeperOptions(folder);
    const keeper = await RecordingKeeper.begin(options);
    keeper.holdBackFor(1_000);
    for (const timeMs of [0, 600, 1_200]) await keeper.append(screen(timeMs, 40));
    expect(keeper.needsKeyImage(1_201)).toBe(false);
    const copy = await copyWithTornJournal(
      folder,
      (await readFile(join(folder.path, await journalNameIn(folder.path)))).length,
    );
    const copied = await keeperOptions(copy);
    await (await RecordingKeeper.recover(copied))?.end('agent-died');
    const timesOf = (records: readonly RecordingRecord[]) =>
      records.filter(({ type }) => type === 'screen').map(({ timeMs }) => timeMs);
    expect(timesOf(await readRecords(copy, copied.spool))).toEqual([0]);
    await keeper.keepUp(1_700);
    await keeper.end('session-ended', 1_800);
    expect(timesOf(await readRecords(folder, options.spool))).toEqual([0, 600, 1_200]);
  });

  test('keeps nothing readable on disk without the device key', async () => {
    const folder = await makeFolder();
    const keeper = await RecordingKeeper.begin(await keeperOptions(folder));
    const secret = 'the secret of the session';
    await keeper.append({ type: 'event', timeMs: 0, kind: 'title', assertedBy: 'agent', fields: { text: secret } });
    await keeper.seal();
    await keeper.append({ type: 'event', timeMs: 1, kind: 'title', assertedBy: 'agent', fields: { text: secret } });
    await keeper.close();
    for (const name of await readdir(folder.path)) {
      expect((await readFile(join(folder.path, name))).includes(secret)).toBe(false);
    }
    const otherDevice = { deriveLocalKey: () => Buffer.alloc(32, 6) };
    await expect(RecordingFolder.openAll(root, otherDevice)).rejects.toThrow();
  });
});
