import {
  createDynamoClient,
  DynamoAgentStore,
  DynamoEnrolmentTokenStore,
  DynamoRecordedEventStore,
  DynamoRecordingCatalog,
  DynamoSegmentIntake,
  DynamoSegmentStore,
} from '@afterimage/aws';
import { makeAgentId, makeEnrolmentTokenId, makeRecordingId, type RecordingId } from '@afterimage/contracts';
import { maxReportedGaps, type StoredSegment } from '@afterimage/core';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleRecording } from '../packages/core/src/testing/sample-recording.ts';
import { startOneMachine } from './_testing/one-machine.ts';
import { SampleDevice } from './_testing/sample-device.ts';
import { TestClock } from './_testing/test-clock.ts';

const clock = new TestClock();
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The stores on AWS on one machine, where a mistake in an expression shows. */
describe('the stores', () => {
  let machine: Awaited<ReturnType<typeof startOneMachine>>;
  let client: ReturnType<typeof createDynamoClient>;
  const savedEnvironment = { ...process.env };
  const table = (tableName: string) => ({ client, tableName });
  const recordings = () =>
    new DynamoSegmentIntake(table('Recordings'), { agentsTableName: 'Agents', keysTableName: 'Keys' });

  const enrol = async () => {
    const { agent } = await SampleDevice.create(clock);
    const token = {
      enrolmentTokenId: makeEnrolmentTokenId(clock),
      createdAt: agent.enrolledAt,
      createdBy: 'ada',
      expiresAt: '2027-01-01T00:00:00.000Z',
      usesLeft: 1,
    };
    const tokens = new DynamoEnrolmentTokenStore(table('Agents'));
    await tokens.create(token, 'hash');
    const enrolled = { ...agent, agentId: makeAgentId(clock), enrolledWith: token.enrolmentTokenId };
    expect(await tokens.enrol(enrolled)).toEqual(enrolled);
    return enrolled;
  };

  const begin = async (startedAt = '2026-11-22T10:00:00.000Z'): Promise<RecordingId> => {
    const { agentId } = await enrol();
    const recording = sampleRecording({ recordingId: makeRecordingId(clock), agentId, startedAt });
    const key = { wrappedKey: 'AAAA', wrappingKeyId: 'key' };
    expect(await recordings().begin(recording, key)).toBe('begun');
    return recording.recordingId;
  };

  beforeAll(async () => {
    machine = await startOneMachine();
    Object.assign(process.env, machine.environment);
    client = createDynamoClient();
  });

  afterAll(async () => {
    process.env = savedEnvironment;
    await machine.stop();
  });

  const segment: StoredSegment = {
    sequence: 1,
    fileNumber: 1,
    epoch: 0,
    startMs: 0,
    endMs: 999,
    hasKeyBegin: true,
    hasKeyEnd: true,
    hasEvents: true,
    isFinal: false,
    isStreaming: false,
    hash: Buffer.alloc(32, 1).toString('base64'),
    previousHash: Buffer.alloc(32).toString('base64'),
    offset: 0,
    sizeBytes: 100,
    objectKey: 'chunks/x',
  };

  const store = (recordingId: RecordingId, fresh: readonly StoredSegment[]) =>
    recordings().changeWithSegments(recordingId, (current) => ({ recording: { ...current }, fresh }));

  test('segments are listed from any sequence on, however they came together in chunks', async () => {
    const recordingId = await begin();
    const chunks = [[5, 6, 7], [1, 2, 3], [4, 8, 12], [9], [10, 11], ...Array.from({ length: 30 }, (_, i) => [13 + i])];
    for (const [index, sequences] of chunks.entries()) {
      const objectKey = `chunks/${index}`;
      await store(
        recordingId,
        sequences.map((sequence) => ({ ...segment, sequence, objectKey, offset: sequence * 100 })),
      );
    }
    const segments = new DynamoSegmentStore(table('Recordings'));
    const all = Array.from({ length: 42 }, (_, index) => index + 1);
    for (const afterSequence of [0, 1, 4, 6, 11, 30, 41, 42]) {
      for (const limit of [1, 2, 7, 40, 1000]) {
        const listed = await segments.list(recordingId, { afterSequence, limit });
        expect(listed.map(({ sequence }) => sequence)).toEqual(all.slice(afterSequence, afterSequence + limit));
      }
    }
    const [eighth] = await segments.list(recordingId, { afterSequence: 7, limit: 1 });
    expect(eighth).toEqual({ ...segment, sequence: 8, objectKey: 'chunks/2', offset: 800 });
    const within: number[] = [];
    for await (const { sequence } of segments.iterate(recordingId, { firstSequence: 6, lastSequence: 10 }))
      within.push(sequence);
    expect(within).toEqual([6, 7, 8, 9, 10]);
  });

  test('of two who store segments at once one sees what the other stored; its segments are stored with its change or not at all', async () => {
    const recordingId = await begin();
    const seen = await recordings().find(recordingId);
    const counts: number[] = [];
    const add = (fresh: readonly StoredSegment[]) =>
      recordings().changeWithSegments(
        recordingId,
        (current) => {
          counts.push(current.segmentCount);
          const isNew = current.segmentCount === 0;
          return isNew ? { recording: { ...current, segmentCount: 1 }, fresh } : { recording: current, fresh: [] };
        },
        seen,
      );
    await Promise.all([add([{ ...segment, objectKey: 'chunks/a' }]), add([{ ...segment, objectKey: 'chunks/b' }])]);
    expect(counts).toEqual([0, 0, 1]);
    const listed = await new DynamoSegmentStore(table('Recordings')).list(recordingId, { afterSequence: 0, limit: 9 });
    expect(listed).toHaveLength(1);
  });

  test('gaps are added to a recording up to its bound, and counted as events beyond it', async () => {
    const recordingId = await begin();
    const events = new DynamoRecordedEventStore(table('Recordings'));
    const gap = { fromMs: 1, toMs: 2, reason: 'spool-full' } as const;
    const event = { eventId: '1-0', atMs: 1, kind: 'gap', text: 'spool-full', assertedBy: 'agent' } as const;
    for (const [sequence, count] of [
      [1, maxReportedGaps - 1],
      [2, 5],
      [3, 1],
      [4, 1],
    ] as const) {
      await store(recordingId, [{ ...segment, sequence }]);
      const gaps = Array.from({ length: count }, () => gap);
      const source = { lastSequence: sequence, position: `${sequence}` };
      for (let times = 0; times < 2; times++)
        await events.putNotices(recordingId, source, { events: [event], marks: [], gaps });
    }
    const found = await recordings().find(recordingId);
    expect(found).toMatchObject({ eventCount: 4 });
    expect(found?.reportedGaps).toHaveLength(maxReportedGaps);
    expect(found?.gaps).toHaveLength(maxReportedGaps);
  });

  test('events are counted once, however often and with whatever stretch of the stream they come again', async () => {
    const recordingId = await begin();
    const events = new DynamoRecordedEventStore(table('Recordings'));
    const put = (sequence: number, position: string) =>
      events.putNotices(
        recordingId,
        { lastSequence: sequence, position },
        {
          events: [{ eventId: `${sequence}-0`, atMs: 1, kind: 'title', text: 'x', assertedBy: 'agent' }],
          marks: [],
          gaps: [],
        },
      );
    for (const [sequence, position] of [
      [2, '9'],
      [1, '10'],
      [2, '9'],
      [1, '10'],
      [3, '100'],
    ] as const) {
      await put(sequence, position);
    }
    expect(await recordings().find(recordingId)).toMatchObject({ eventCount: 3 });
    const page = await events.list(recordingId, { limit: 10 });
    expect(page.items.map(({ eventId }) => eventId)).toEqual(['1-0', '2-0', '3-0']);
  });

  test('pages of events follow each other in time without loss or repetition, however many were stored together', async () => {
    const recordingId = await begin();
    const events = new DynamoRecordedEventStore(table('Recordings'));
    const put = async (sequence: number, times: readonly number[]) => {
      const told = times.map((atMs, index) => {
        return { eventId: `${sequence}-${index}`, atMs, kind: 'title', text: 'x', assertedBy: 'agent' } as const;
      });
      const source = { lastSequence: sequence, position: `${sequence}` };
      await events.putNotices(recordingId, source, { events: told, marks: [], gaps: [] });
    };
    const many = Array.from({ length: 120 }, (_, index) => 1000 + index);
    await put(3, many);
    await put(1, [20, 10, 10]);
    await put(2, [500]);
    for (const limit of [1, 2, 3, 50, 124, 200]) {
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await events.list(recordingId, { limit, ...(cursor === undefined ? {} : { cursor }) });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        expect(page.items).not.toEqual([]);
        seen.push(...page.items.map(({ atMs }) => atMs));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(seen).toEqual([10, 10, 20, 500, ...many]);
    }
  });

  test('a row that does not parse is reported and hides no other, from reviewers or from the sweeper', async () => {
    const broken = await begin();
    const whole = await begin();
    await client.send(
      new UpdateCommand({
        TableName: 'Recordings',
        Key: { pk: `REC#${broken}`, sk: 'META#ANNOUNCED' },
        UpdateExpression: 'SET #data.width = :width',
        ExpressionAttributeNames: { '#data': 'data' },
        ExpressionAttributeValues: { ':width': -1 },
      }),
    );
    const unreadable: unknown[] = [];
    const catalog = new DynamoRecordingCatalog(table('Recordings'), clock.nowMs.bind(clock), (key) =>
      unreadable.push(key),
    );
    expect((await catalog.listLive()).map(({ recordingId }) => recordingId)).toContain(whole);
    const quiet: string[] = [];
    for await (const { recordingId } of catalog.listQuietSince('2027-01-01T00:00:00.000Z')) quiet.push(recordingId);
    expect(quiet).toContain(whole);
    expect(unreadable).toEqual([`REC#${broken}`, `REC#${broken}`]);
  });

  test('a change of what was read before another wrote is made to the newest state', async () => {
    const recordingId = await begin();
    const seen = await recordings().find(recordingId);
    await recordings().change(recordingId, (current) => ({ ...current, sizeBytes: 100 }));
    const before: number[] = [];
    const add = (current: NonNullable<typeof seen>) => {
      before.push(current.sizeBytes);
      return { ...current, sizeBytes: current.sizeBytes + 1 };
    };
    expect(await recordings().change(recordingId, add, seen)).toMatchObject({ sizeBytes: 101 });
    expect(before).toEqual([0, 100]);
  });

  test('a recording is quiet from when it was heard of to the millisecond, whatever the index is rounded to', async () => {
    const recordingId = await begin('2026-11-22T10:00:00.000Z');
    const lastHeardAt = '2026-11-22T10:03:00.000Z';
    await recordings().change(recordingId, (current) => ({ ...current, lastHeardAt }));
    const catalog = new DynamoRecordingCatalog(table('Recordings'), clock.nowMs.bind(clock), () => undefined);
    const isQuietSince = async (before: string) => {
      for await (const quiet of catalog.listQuietSince(before)) if (quiet.recordingId === recordingId) return true;
      return false;
    };
    expect(await isQuietSince(lastHeardAt)).toBe(false);
    expect(await isQuietSince('2026-11-22T10:03:00.001Z')).toBe(true);
  });

  test('a recording that is sealed leaves the live list and stays in the list by time, with its new state', async () => {
    const recordingId = await begin('2026-11-22T11:00:00.000Z');
    const catalog = new DynamoRecordingCatalog(table('Recordings'), clock.nowMs.bind(clock), () => undefined);
    const isLive = async () => (await catalog.listLive()).some((live) => live.recordingId === recordingId);
    expect(await isLive()).toBe(true);
    await recordings().change(recordingId, (current) => ({ ...current, state: 'complete', unsaidEvents: [] }));
    expect(await isLive()).toBe(false);
    const { items } = await catalog.listByTime({ limit: 100, state: 'complete' });
    expect(items.map((item) => item.recordingId)).toContain(recordingId);
  });

  test.each([
    encode({ pk: 'AUDIT#2026-11-22', sk: 'aud_x' }),
    encode({ pk: 'x', sk: 'y', kind: 'SECRET', sortKey: 'z' }),
    encode('00000000000000001'),
    encode(['EVT#']),
    encode({ row: 'PLB#x', given: 0 }),
    encode({ month: '2026-99' }),
    encode({ month: '2026-11', after: { pk: 'TOKEN#x', sk: 'TOKEN', month: 'REC#2025-01', monthKey: 'z' } }),
    'not base64 JSON',
  ])('the forged cursor %s begins the listing again, and leads nowhere else', async (cursor) => {
    const recordingId = await begin();
    const events = new DynamoRecordedEventStore(table('Recordings'));
    expect(await events.list(recordingId, { limit: 5, cursor })).toEqual({ items: [] });
    const agents = new DynamoAgentStore(table('Agents'));
    expect(await agents.list({ limit: 2, cursor })).toEqual(await agents.list({ limit: 2 }));
    const catalog = new DynamoRecordingCatalog(table('Recordings'), clock.nowMs.bind(clock), () => undefined);
    const page = { limit: 5, state: 'failed' } as const;
    expect(await catalog.listByTime({ ...page, cursor })).toEqual(await catalog.listByTime(page));
  });

  test('a device that enrols again with the same token is the same agent, and spends nothing', async () => {
    const enrolled = await enrol();
    const tokens = new DynamoEnrolmentTokenStore(table('Agents'));
    const again = { ...enrolled, agentId: makeAgentId(clock), enrolledAt: '2026-11-22T11:00:00.000Z' };
    expect(await tokens.enrol(again)).toEqual(enrolled);
    expect((await tokens.find(enrolled.enrolledWith))?.token.usesLeft).toBe(0);
    const otherDevice = { ...again, publicKey: Buffer.alloc(32, 9).toString('base64') };
    expect(await tokens.enrol(otherDevice)).toBeUndefined();
    expect(await new DynamoAgentStore(table('Agents')).find(again.agentId)).toBeUndefined();
  });

  test('a device may announce its recordings in any order, and uses each counter for one of them', async () => {
    const { agentId } = await enrol();
    const announce = (deviceCounter: number) => {
      const recording = sampleRecording({ recordingId: makeRecordingId(clock), agentId, deviceCounter });
      return recordings().begin(recording, { wrappedKey: 'AAAA', wrappingKeyId: 'key' });
    };
    expect([await announce(7), await announce(2), await announce(5)]).toEqual(['begun', 'begun', 'begun']);
    expect([await announce(2), await announce(7)]).toEqual(['counter-reused', 'counter-reused']);
    const agents = new DynamoAgentStore(table('Agents'));
    expect(await agents.find(agentId)).toMatchObject({ recordingCounter: 7 });
    await agents.quarantine(agentId);
    expect(await announce(8)).toBe('not-enrolled');
  });

  test('a quarantine can be ended, a revocation cannot', async () => {
    const { agentId } = await enrol();
    const agents = new DynamoAgentStore(table('Agents'));
    await agents.quarantine(agentId);
    expect(await agents.reinstate(agentId)).toMatchObject({ state: 'enrolled' });
    await agents.revoke(agentId);
    expect(await agents.reinstate(agentId)).toBeUndefined();
    expect(await agents.reinstate(makeAgentId(clock))).toBeUndefined();
    expect(await agents.find(agentId)).toMatchObject({ state: 'revoked' });
  });

  test('a revocation is for good: a quarantine that comes later does not undo it', async () => {
    const { agentId } = await enrol();
    const agents = new DynamoAgentStore(table('Agents'));
    expect(await agents.quarantine(agentId)).toBe(true);
    expect(await agents.revoke(agentId)).toMatchObject({ state: 'revoked' });
    expect(await agents.quarantine(agentId)).toBe(false);
    expect(await agents.find(agentId)).toMatchObject({ state: 'revoked' });
    const unknown = makeAgentId(clock);
    expect([await agents.quarantine(unknown), await agents.revoke(unknown)]).toEqual([false, undefined]);
  });

  test('pages follow each other without loss or repetition, for agents and for recordings across months', async () => {
    const begun = [await begin('2026-10-31T23:59:59.999Z'), await begin('2026-10-31T23:59:59.999Z'), await begin()];
    await Promise.all(begun.map((id) => recordings().change(id, (current) => ({ ...current, state: 'partial' }))));
    const catalog = new DynamoRecordingCatalog(table('Recordings'), clock.nowMs.bind(clock), () => undefined);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await catalog.listByTime({
        limit: 1,
        state: 'partial',
        ...(cursor === undefined ? {} : { cursor }),
      });
      // Who is told that more follows is not shown an empty page.
      expect(page.items).not.toEqual([]);
      seen.push(...page.items.map((item) => item.recordingId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(3);
    expect(new Set(seen)).toEqual(new Set(begun));
    const agents = new DynamoAgentStore(table('Agents'));
    const first = await agents.list({ limit: 2 });
    const second = await agents.list({ limit: 200, ...(first.cursor === undefined ? {} : { cursor: first.cursor }) });
    const all = [...first.items, ...second.items].map((agent) => agent.agentId);
    expect(new Set(all).size).toBe(all.length);
    expect((await agents.list({ limit: 200 })).items.map((agent) => agent.agentId)).toEqual(all);
    expect(await agents.list({ limit: all.length })).not.toHaveProperty('cursor');
  });
});
