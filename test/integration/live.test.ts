import {
  assignRole,
  endedWatchLeaseSeconds,
  endWatch,
  eraseRecording,
  openAgentChannel,
  openPlayback,
  openWatch,
  type RecordingId,
  renewWatch,
  type WatchedNotice,
  watchRenewalSeconds,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleRecords } from '../../functions/_testing/sample-device.ts';
import { ChannelListener } from '../support/channel-listener.ts';
import { pollUntil } from '../support/poll-until.ts';
import { chunkOf, RawAgent } from '../support/raw-agent.ts';
import { callRaw, problemNameOf } from '../support/raw-call.ts';
import { recordingIn } from '../support/recordings.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { newViewerKey } from '../support/viewer-key.ts';

let stack: Stack;
const listeners: ChannelListener[] = [];

beforeAll(async () => {
  stack = await startStack();
});

afterAll(async () => {
  for (const listener of listeners) listener.close();
  await stack?.close();
});

async function listen(url: string): Promise<ChannelListener> {
  const listener = await ChannelListener.connect(url);
  listeners.push(listener);
  return listener;
}

async function connectedAgent() {
  const agent = await RawAgent.enrol(stack);
  const answer = await agent.call(openAgentChannel, { body: {} });
  return { agent, host: await listen(answer.json.url) };
}

async function playing(recordingId: RecordingId, person = people.reviewer) {
  const params = { recordingId };
  const body = { viewerPublicKey: await newViewerKey() };
  return (await stack.api(person)(openPlayback, { params, body })).playbackId;
}

async function watching(recordingId: RecordingId, person = people.reviewer) {
  const params = { recordingId };
  return stack.api(person)(openWatch, { params, body: { playbackId: await playing(recordingId, person) } });
}

const watchedOf = (host: ChannelListener) => host.notices.filter((notice) => notice.kind === 'watched');
const isOver = ({ watchedUntil }: WatchedNotice) => Date.parse(watchedUntil) <= Date.now();

describe('watching a recording live', () => {
  test('TRN-009: its agent streams from the first viewer to the last, and viewers hear of each segment', async () => {
    const { agent, host } = await connectedAgent();
    const recordingId = await agent.begin();
    const params = { recordingId };
    const first = await watching(recordingId);
    const viewer = await listen(first.channel.url);
    const told = await host.hears('the host is told', ({ kind }) => kind === 'watched');
    expect(told).toMatchObject({ recordingId, segmentMs: 500 });
    expect((await agent.commits(recordingId)).watchedUntil).toBe((told as WatchedNotice).watchedUntil);

    const segments = await agent.device.seal(recordingId, [0, 1, 2].map(sampleRecords), { isStreaming: true });
    await agent.upload(recordingId, chunkOf(...segments.slice(0, 2)));
    const more = await viewer.hears('the viewer hears of segments', ({ kind }) => kind === 'segments');
    expect(more).toMatchObject({ recordingId, contiguousSequence: 2, state: 'live' });

    const second = await watching(recordingId);
    const api = stack.api(people.reviewer);
    await api(endWatch, { params: { ...params, watchId: first.watchId } });
    expect(watchedOf(host)).toHaveLength(1);
    await api(endWatch, { params: { ...params, watchId: second.watchId } });
    await host.hears('the host is told of the end', (notice) => notice.kind === 'watched' && isOver(notice));
    expect((await agent.commits(recordingId)).watchedUntil).toBeUndefined();
  });

  test('its viewers hear what becomes of it, up to the sealed file', async () => {
    const agent = await RawAgent.enrol(stack);
    const recordingId = await agent.begin();
    const { channel } = await watching(recordingId);
    const viewer = await listen(channel.url);
    const segments = await agent.device.seal(recordingId, [0, 1].map(sampleRecords), { isStreaming: true });
    await agent.upload(recordingId, chunkOf(...segments));
    await viewer.hears('it is sealed', (notice) => notice.kind === 'state' && notice.state === 'complete');
    const states = viewer.notices.map((notice) => ('state' in notice ? notice.state : notice.kind));
    expect(states).toEqual(['sealing', 'complete']);
    await recordingIn(stack, recordingId, 'complete');
  });

  test('its viewers, and who came after its end, hear that it was erased, and no host is told of them', async () => {
    const { agent, host } = await connectedAgent();
    const recordingId = await agent.begin();
    const early = await listen((await watching(recordingId)).channel.url);
    await agent.upload(recordingId, chunkOf(...(await agent.device.seal(recordingId, [0].map(sampleRecords)))));
    await recordingIn(stack, recordingId, 'complete');
    const { channel, leaseSeconds } = await watching(recordingId);
    expect(leaseSeconds).toBe(endedWatchLeaseSeconds);
    const late = await listen(channel.url);
    const justification = 'the person recorded asked for it';
    await stack.api(people.administrator)(eraseRecording, { params: { recordingId }, body: { justification } });
    for (const viewer of [early, late]) {
      await viewer.hears('it is erased', (notice) => notice.kind === 'state' && notice.state === 'erased');
    }
    expect(watchedOf(host)).toHaveLength(1);
  });

  test('ten viewers cost the host what one costs', async () => {
    const { agent, host } = await connectedAgent();
    const recordingId = await agent.begin();
    const beganMs = performance.now();
    const watches = await Promise.all(Array.from({ length: 10 }, () => watching(recordingId)));
    const viewers = await Promise.all(watches.map(({ channel }) => listen(channel.url)));
    const segments = await agent.device.seal(recordingId, [0, 1].map(sampleRecords), { isStreaming: true });
    await agent.upload(recordingId, chunkOf(...segments.slice(0, 1)));
    for (const viewer of viewers) await viewer.hears('each viewer hears', ({ kind }) => kind === 'segments');
    const api = stack.api(people.reviewer);
    for (const { watchId } of watches) await api(renewWatch, { params: { recordingId, watchId }, body: {} });
    const periods = Math.floor((performance.now() - beganMs) / (watchRenewalSeconds * 1000));
    const toldCount = watchedOf(host).length;
    expect(toldCount).toBeGreaterThanOrEqual(1);
    expect(toldCount).toBeLessThanOrEqual(1 + periods);
    for (const { watchId } of watches) await api(endWatch, { params: { recordingId, watchId } });
    await host.hears('the end', (notice) => notice.kind === 'watched' && isOver(notice));
    expect(watchedOf(host)).toHaveLength(toldCount + 1);
  });

  test('TRN-010: a recording whose chunks come late can still be played, and the watch goes on', async () => {
    const agent = await RawAgent.enrol(stack);
    const recordingId = await agent.begin();
    const { watchId, channel } = await watching(recordingId);
    const viewer = await listen(channel.url);
    const segments = await agent.device.seal(recordingId, [0, 1, 2].map(sampleRecords), { isStreaming: true });
    await agent.upload(recordingId, chunkOf(...segments.slice(1, 2)));
    const early = await viewer.hears('what came early', ({ kind }) => kind === 'segments');
    expect(early).toMatchObject({ contiguousSequence: 0 });
    await agent.upload(recordingId, chunkOf(...segments.slice(0, 1)));
    await viewer.hears('the gap closes', (n) => n.kind === 'segments' && n.contiguousSequence === 2);
    const params = { recordingId, watchId };
    expect(await stack.api(people.reviewer)(renewWatch, { params, body: {} })).toMatchObject({
      contiguousSequence: 2,
      state: 'live',
    });
  });
});

describe('the channel', () => {
  test('lets a ticket in once, and nobody without one', async () => {
    const agent = await RawAgent.enrol(stack);
    const { json } = await agent.call(openAgentChannel, { body: {} });
    await listen(json.url);
    await expect(listen(json.url)).rejects.toThrow('did not let in');
    await expect(listen(json.url.replace(/\?.*/, ''))).rejects.toThrow('did not let in');
    await expect(listen(`${json.url}x`)).rejects.toThrow('did not let in');
  });

  test('goes on over a new connection when the old one is lost', async () => {
    const { agent } = await connectedAgent();
    const recordingId = await agent.begin();
    const { watchId, channel } = await watching(recordingId);
    const lost = await listen(channel.url);
    lost.close();
    const params = { recordingId, watchId };
    const renewed = await stack.api(people.reviewer)(renewWatch, { params, body: { needsChannel: true } });
    const viewer = await listen(renewed.channel?.url ?? '');
    const segments = await agent.device.seal(recordingId, [0, 1].map(sampleRecords), { isStreaming: true });
    await agent.upload(recordingId, chunkOf(...segments.slice(0, 1)));
    await viewer.hears('the new connection hears', ({ kind }) => kind === 'segments');
  });

  test('who loses the role is refused at the next renewal, hears nothing more, and the host stops', async () => {
    const api = stack.api(people.administrator);
    const member = { kind: 'user' as const, name: people.visitor.username };
    await api(assignRole, { params: { role: 'Player' }, body: { members: [member] } });
    const { agent, host } = await connectedAgent();
    const recordingId = await agent.begin();
    const { watchId, channel } = await watching(recordingId, people.visitor);
    const viewer = await listen(channel.url);
    const segments = await agent.device.seal(recordingId, [0, 1].map(sampleRecords), { isStreaming: true });
    await agent.upload(recordingId, chunkOf(...segments.slice(0, 1)));
    await viewer.hears('a segment', ({ kind }) => kind === 'segments');
    await api(assignRole, { params: { role: 'Player' }, body: { members: [] } });
    const token = await stack.accessToken(people.visitor);
    const params = { recordingId, watchId };
    const refused = await callRaw(stack, renewWatch, { params, body: {} }, token);
    expect(problemNameOf(refused)).toBe('role-missing');
    await host.hears('the end', (notice) => notice.kind === 'watched' && isOver(notice));
    const heard = viewer.notices.length;
    await agent.upload(recordingId, chunkOf(...segments.slice(1)));
    await pollUntil('it is sealed', async () => (await agent.commits(recordingId)).state === 'complete');
    expect(viewer.notices).toHaveLength(heard);
    expect((await callRaw(stack, endWatch, { params }, token)).status).toBe(204);
  });
});
