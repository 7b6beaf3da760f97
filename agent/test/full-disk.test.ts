import { readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest } from '@jest/globals';
import { createAgent } from '../src/agent.ts';
import { enrolAgent } from '../src/enrol-agent.ts';
import { ContractService } from './contract-service.ts';
import { PatternSource, patternOf } from './pattern-source.ts';
import { pollUntil } from './poll-until.ts';
import { decodeScreen, openStoredRecording } from './stored-screen.ts';
import { tinyDiskTest } from './tiny-disk.ts';

jest.setTimeout(60_000);

const size = { width: 64, height: 48 };
let service: ContractService;

beforeEach(async () => {
  service = new ContractService();
  await service.start();
});
afterEach(() => service.stop());

async function fill(directory: string, leaveBytes: number): Promise<() => Promise<void>> {
  const { bavail, bsize } = await statfs(directory);
  const filler = join(directory, 'filler');
  await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)));
  return () => rm(filler);
}

describe('a full disk', () => {
  tinyDiskTest(
    'stops pixels, not events; the gap is declared and recording goes on by itself',
    32,
    async (directory) => {
      const token = 'enr_00000000000000000000000000.secret';
      await enrolAgent({ serverUrl: service.url, token, dataDirectory: directory });
      service.uploadIntervalSeconds = 60;
      const agent = await createAgent({ dataDirectory: directory });
      const source = new PatternSource();
      const session = await agent.recordSession({ source });
      await source.draw(0);
      const recordingId = await session.begun;
      if (!recordingId) throw new Error('nothing is recorded');

      const makeRoom = await fill(directory, 0);
      source.notice({ kind: 'title', text: 'no room at all' });
      await pollUntil('the disk is known to be full', () => agent.budget.isDiskFull);
      await source.draw(1);
      source.notice({ kind: 'title', text: 'still no room' });
      await source.draw(2);
      await makeRoom();
      await pollUntil('there is room again', () => !agent.budget.isDiskFull);
      await source.draw(3);

      await expect(session.stop()).resolves.toMatchObject({ endReason: 'session-ended', isStored: true });
      const records = await openStoredRecording(service, recordingId);
      expect(records.find(({ type }) => type === 'gap')).toMatchObject({ reason: 'spool-full' });
      const titles = records.flatMap((record) => (record.type === 'event' ? [record.fields.text] : []));
      expect(titles).toEqual(expect.arrayContaining(['no room at all', 'still no room']));
      const moments = decodeScreen(records).map(({ pixels }) => pixels);
      expect(moments[0]).toEqual(patternOf(0, size));
      expect(moments.at(-1)).toEqual(patternOf(3, size));
      expect(moments).not.toContainEqual(patternOf(1, size));
      await agent.close();
      expect(await readdir(join(directory, 'recordings'))).toEqual([]);
    },
  );

  tinyDiskTest('that fills in the middle of a segment leaves nothing half-written', 32, async (directory) => {
    const token = 'enr_00000000000000000000000000.secret';
    await enrolAgent({ serverUrl: service.url, token, dataDirectory: directory });
    service.isDown = true;
    const agent = await createAgent({ dataDirectory: directory });
    const source = new PatternSource();
    const session = await agent.recordSession({
      source,
      recordOnError: true,
      decideWithinMs: 0,
      deliverWithinMs: 20_000,
    });
    await source.draw(0);
    const recordingId = await session.begun;
    if (!recordingId) throw new Error('nothing is recorded');
    const makeRoom = await fill(directory, 300_000);
    const large = { width: 640, height: 480 };
    await source.draw(1, large);
    expect(agent.budget.isDiskFull).toBe(true);
    const names = await readdir(join(directory, 'recordings', recordingId));
    expect(names.filter((name) => name.endsWith('.new'))).toEqual([]);
    await makeRoom();
    await pollUntil('there is room again', () => !agent.budget.isDiskFull);
    service.isDown = false;
    await source.draw(2, large);
    await expect(session.stop()).resolves.toMatchObject({ isStored: true });
    const moments = decodeScreen(await openStoredRecording(service, recordingId)).map(({ pixels }) => pixels);
    expect(moments).toEqual([patternOf(0, size), patternOf(1, large), patternOf(2, large)]);
    await agent.close();
  });
});
