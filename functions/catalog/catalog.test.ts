import { makeRecordingFileId, makeRecordingId, type Recording, sessionSchema } from '@afterimage/contracts';
import type { PeriodMark } from '@afterimage/core';
import { describe, expect, test } from '@jest/globals';
import { sampleRecording } from '../../packages/core/src/testing/sample-recording.ts';
import { MemoryRecordings, MemorySessions } from '../_testing/memory-stores.ts';
import { catalogSeenByAll, seenByAll } from '../_testing/seen-by-all.ts';
import { TestClock } from '../_testing/test-clock.ts';
import { showEvents } from './list-events.ts';
import { showRecordings } from './list-recordings.ts';
import { showFiles } from './show-files.ts';
import { showManifestKeys } from './show-manifest-keys.ts';
import { showNotices } from './show-notices.ts';
import { showManifest } from './show-recording.ts';

const clock = new TestClock();
const none = { params: undefined, body: undefined };

const recordingOf = (state: Recording['state']): Recording =>
  sampleRecording({ recordingId: makeRecordingId(clock), state });

/** A catalog of these recordings whose pages have one item each. */
function catalogOf(live: Recording[], others: Recording[]) {
  return {
    listLive: async () => live,
    listByTime: async ({ limit, cursor, state }: { limit: number; cursor?: string; state?: Recording['state'] }) => {
      const matching = others.filter((recording) => state === undefined || recording.state === state);
      const first = Number(cursor ?? 0);
      const items = matching.slice(first, first + Math.min(limit, 1));
      return first + items.length < matching.length ? { items, cursor: String(first + items.length) } : { items };
    },
  };
}

async function walk(catalog: ReturnType<typeof catalogOf>, query: { limit: number; state?: Recording['state'] }) {
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 20; pages++) {
    const outcome = await showRecordings(
      { catalog: catalogSeenByAll(catalog), clock },
      { ...none, query: { ...query, cursor } },
    );
    if (!outcome.isDone) throw new Error('refused');
    seen.push(...outcome.response.recordings.map((recording) => recording.recordingId));
    cursor = outcome.response.cursor;
    if (cursor === undefined) return seen;
  }
  throw new Error('the list has no end');
}

describe('the list of recordings', () => {
  const live = [recordingOf('live'), recordingOf('live'), recordingOf('live')];
  const others = [recordingOf('complete'), recordingOf('partial'), recordingOf('complete')];
  const ids = (recordings: Recording[]) => recordings.map((recording) => recording.recordingId);

  test.each([1, 2, 3, 4, 50])('shows every recording once, live ones first, in pages of %i', async (limit) => {
    expect(await walk(catalogOf(live, others), { limit })).toEqual([...ids(live), ...ids(others)]);
  });

  test('ends with the live ones where nothing else is recorded, also on a page that they fill', async () => {
    const query = { limit: live.length, cursor: undefined };
    const page = (stored: Recording[]) =>
      showRecordings({ catalog: catalogSeenByAll(catalogOf(live, stored)), clock }, { ...none, query });
    expect(await page([])).not.toHaveProperty('response.cursor');
    expect(await page(others)).toHaveProperty('response.cursor');
  });

  test('shows one state only where asked', async () => {
    expect(await walk(catalogOf(live, others), { limit: 2, state: 'live' })).toEqual(ids(live));
    const complete = others.filter((recording) => recording.state === 'complete');
    expect(await walk(catalogOf(live, others), { limit: 2, state: 'complete' })).toEqual(ids(complete));
  });
});

describe('what the recorded user was told', () => {
  test('is of the session of the recording, and nothing where there is no such recording', async () => {
    const recording = sampleRecording();
    const recordings = new MemoryRecordings();
    recordings.rows.set(recording.recordingId, recording);
    const sessions = new MemorySessions();
    const notice = { answer: 'accepted', language: 'de', messagesVersion: 3, at: recording.startedAt } as const;
    const { sessionId, agentId, attributes, decision, startedAt } = recording;
    await sessions.putOnce(
      sessionSchema.parse({ sessionId, agentId, attributes, decision, startedAt, notices: [notice] }),
    );
    const dependencies = { recordings: seenByAll(recordings), sessions };
    const of = (recordingId: Recording['recordingId']) =>
      showNotices(dependencies, { params: { recordingId }, query: undefined, body: undefined });
    expect(await of(recording.recordingId)).toMatchObject({ response: { notices: [notice] } });
    expect(await of(makeRecordingId(clock))).toMatchObject({ problem: 'recording-not-found' });
    sessions.rows.clear();
    expect(await of(recording.recordingId)).toMatchObject({ response: { notices: [] } });
  });
});

describe('the events of a recording', () => {
  const recording = sampleRecording({ durationMs: 10_000 });
  const recordings = new MemoryRecordings();
  recordings.rows.set(recording.recordingId, recording);
  const titles = [1000, 4000, 9000].map((atMs) => ({
    eventId: `e${atMs}`,
    atMs,
    kind: 'title' as const,
    text: 'a page',
    assertedBy: 'agent' as const,
  }));
  const marks: PeriodMark[] = [
    { atMs: 2000, kind: 'idle', edge: 'begin' },
    { atMs: 3000, kind: 'idle', edge: 'end' },
    { atMs: 9500, kind: 'idle', edge: 'begin' },
  ];
  const events = {
    list: async (_id: unknown, { limit, cursor }: { limit: number; cursor?: string }) => {
      const first = Number(cursor ?? 0);
      const items = titles.slice(first, first + limit);
      return first + items.length < titles.length ? { items, cursor: String(first + items.length) } : { items };
    },
    listMarks: async () => marks,
  };

  test.each([1, 2, 3, 10])(
    'PLY-073 sets idle periods between them in time order, each once, in pages of %i',
    async (limit) => {
      const seen: [string, number, number | undefined][] = [];
      let cursor: string | undefined;
      do {
        const input = { params: { recordingId: recording.recordingId }, query: { limit, cursor }, body: undefined };
        const outcome = await showEvents({ recordings: seenByAll(recordings), events }, input);
        if (!outcome.isDone) throw new Error('refused');
        seen.push(
          ...outcome.response.events.map((event): (typeof seen)[number] => [event.kind, event.atMs, event.untilMs]),
        );
        cursor = outcome.response.cursor;
      } while (cursor !== undefined);
      expect(seen).toEqual([
        ['title', 1000, undefined],
        ['idle', 2000, 3000],
        ['title', 4000, undefined],
        ['title', 9000, undefined],
        ['idle', 9500, 10_000],
      ]);
    },
  );

  test('a recording that does not exist has neither events nor a manifest', async () => {
    const params = { recordingId: makeRecordingId(clock) };
    const asked = { params, query: { limit: 1 }, body: undefined };
    expect(await showEvents({ recordings: seenByAll(recordings), events }, asked)).toMatchObject({
      problem: 'recording-not-found',
    });
    const dependencies = {
      recordings: seenByAll(recordings),
      clock,
      manifests: { get: unasked },
      signer: { publicKey: unasked },
    };
    const input = { params, query: undefined, body: undefined };
    expect(await showManifest(dependencies, input)).toMatchObject({ problem: 'recording-not-found' });
    const early = { ...input, params: { recordingId: recording.recordingId } };
    expect(await showManifest(dependencies, early)).toMatchObject({ problem: 'recording-still-live' });
  });
});

describe('the files of a recording', () => {
  const objects = {
    grant: async ({ objectKey }: { objectKey: string }) => ({ url: `https://s/${objectKey}`, expiresAt: 'soon' }),
  };

  test('are signed one by one, with the manifest of every version, also of files that were replaced', async () => {
    const [first, second, again] = [1, 2, 3].map(() => {
      clock.advance(1);
      return makeRecordingFileId(clock);
    });
    if (first === undefined || second === undefined || again === undefined) throw new Error('made above');
    const file = { sizeBytes: 9, firstSequence: 1, lastSequence: 1, sealedAt: '2026-11-22T09:00:00.000Z' };
    const recordings = new MemoryRecordings();
    const recording = sampleRecording({
      recordingId: makeRecordingId(clock),
      startedAt: '2026-11-22T09:00:00.000Z',
      manifestVersion: 3,
      files: [
        { ...file, recordingFileId: again, fileNumber: 1, objectKey: `2026/11/22/i_${again}.air`, manifestVersion: 3 },
        {
          ...file,
          recordingFileId: second,
          fileNumber: 2,
          objectKey: `2026/11/22/i_${second}.air`,
          manifestVersion: 2,
        },
      ],
      supersededFileIds: [first],
    });
    recordings.rows.set(recording.recordingId, recording);
    const input = { params: { recordingId: recording.recordingId }, query: undefined, body: undefined };
    const outcome = await showFiles({ recordings: seenByAll(recordings), objects, clock }, input);
    if (!outcome.isDone) throw new Error('refused');
    const { files, manifests } = outcome.response;
    expect(files.map(({ url }) => url)).toEqual([again, second].map((id) => `https://s/2026/11/22/i_${id}.air`));
    expect(manifests).toMatchObject(
      [first, second, again].map((id, i) => ({
        manifestVersion: i + 1,
        url: `https://s/2026/11/22/i_${id}.manifest.v${i + 1}.json`,
      })),
    );
  });

  test('do not exist before one is sealed, nor of a recording that does not exist', async () => {
    const recordings = new MemoryRecordings();
    const live = recordingOf('live');
    recordings.rows.set(live.recordingId, sampleRecording({ recordingId: live.recordingId, files: [] }));
    const ask = (recordingId: Recording['recordingId']) =>
      showFiles(
        { recordings: seenByAll(recordings), objects, clock },
        { params: { recordingId }, query: undefined, body: undefined },
      );
    expect(await ask(live.recordingId)).toMatchObject({ problem: 'recording-still-live' });
    expect(await ask(makeRecordingId(clock))).toMatchObject({ problem: 'recording-not-found' });
  });
});

describe('the public keys of manifests', () => {
  test('are those that were retired and the one that took over, each with its time', async () => {
    const retired = { publicKey: 'AAAA', validFrom: null, validUntil: '2026-11-01T00:00:00.000Z' };
    const outcome = await showManifestKeys({
      signer: { publicKey: async () => 'BBBB' },
      retiredManifestKeys: [retired],
      clock,
    });
    if (!outcome.isDone) throw new Error('refused');
    expect(outcome.response.keys).toEqual([
      { ...retired, keyId: expect.stringMatching(/^[0-9a-f]{32}$/) },
      {
        publicKey: 'BBBB',
        validFrom: retired.validUntil,
        validUntil: null,
        keyId: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    expect(outcome.response.keys[0]?.keyId).not.toBe(outcome.response.keys[1]?.keyId);
  });
});

async function unasked(): Promise<never> {
  throw new Error('nobody should ask');
}
