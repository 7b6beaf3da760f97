import { makeAgentId, makePlaybackId, makeWatchId } from '@afterimage/contracts';
import { type ChannelHolder, eventHead, issueTicket, ticketLifeMs } from '@afterimage/core';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sampleRecording } from '../../packages/core/src/testing/sample-recording.ts';
import { channelConsumer } from '../_runtime/triggers/channel-consumer.ts';
import { MemoryChannel, MemoryConnections, MemoryWatches } from '../_testing/memory-channel.ts';
import { TestClock } from '../_testing/test-clock.ts';
import { admit } from './admit.ts';
import { passOn } from './pass-on.ts';
import { takeLeave } from './take-leave.ts';

const recording = sampleRecording();
const { recordingId } = recording;

function setUp() {
  const connections = new MemoryConnections();
  const watches = new MemoryWatches();
  const clock = new TestClock();
  const dependencies = {
    connections,
    tickets: connections,
    watches,
    channel: new MemoryChannel(),
    channelUrl: 'wss://channel.example/live',
    clock,
  };
  const handler = channelConsumer('channel', {
    connected: (connection) => admit(dependencies, connection),
    disconnected: (connectionId) => takeLeave(dependencies, connectionId),
    happened: (event) => passOn(dependencies, event),
  });
  return { dependencies, handler };
}

describe('the channel', () => {
  let world: ReturnType<typeof setUp>;
  beforeEach(() => {
    world = setUp();
  });

  const ticketFor = async (holder: ChannelHolder) => {
    const { url } = await issueTicket(world.dependencies, holder);
    return new URL(url).searchParams.get('ticket') ?? '';
  };
  const connect = (connectionId: string, ticket?: string) =>
    world.handler({
      requestContext: { eventType: 'CONNECT', connectionId },
      ...(ticket === undefined ? {} : { queryStringParameters: { ticket } }),
    });
  const disconnect = (connectionId: string) =>
    world.handler({ requestContext: { eventType: 'DISCONNECT', connectionId } });
  const watch = async (leaseEndsAtMs = world.dependencies.clock.nowMs() + 30_000) => {
    const { watches, clock } = world.dependencies;
    const watchId = makeWatchId(clock);
    const { agentId } = recording;
    await watches.open({
      watchId,
      recordingId,
      agentId,
      playbackId: makePlaybackId(clock),
      userName: 'ada',
      leaseEndsAtMs,
    });
    return { kind: 'viewer', recordingId, watchId } as const;
  };

  test('lets in who brings a ticket, once; only its hash is kept', async () => {
    const agentId = makeAgentId(world.dependencies.clock);
    const ticket = await ticketFor({ kind: 'agent', agentId });
    expect([...world.dependencies.connections.tickets.keys()].join()).not.toContain(ticket);
    expect(await connect('one', ticket)).toEqual({ statusCode: 200 });
    expect(await connect('two', ticket)).toEqual({ statusCode: 403 });
    expect(await world.dependencies.connections.findOfAgent(agentId)).toBe('one');
  });

  test('turns away who brings none, an unknown or an expired one', async () => {
    const ticket = await ticketFor({ kind: 'agent', agentId: makeAgentId(world.dependencies.clock) });
    world.dependencies.clock.advance(ticketLifeMs);
    for (const bad of [undefined, '', 'unknown', ticket]) expect(await connect('c', bad)).toEqual({ statusCode: 403 });
    expect(world.dependencies.connections.rows.size).toBe(0);
  });

  test('turns away a viewer whose watch has ended meanwhile', async () => {
    const holder = await watch();
    const ticket = await ticketFor(holder);
    await world.dependencies.watches.end(holder, 'ada');
    expect(await connect('c', ticket)).toEqual({ statusCode: 403 });
  });

  test('an agent’s newer connection is not forgotten with the older one', async () => {
    const agentId = makeAgentId(world.dependencies.clock);
    for (const name of ['older', 'newer']) await connect(name, await ticketFor({ kind: 'agent', agentId }));
    await disconnect('older');
    expect(await world.dependencies.connections.findOfAgent(agentId)).toBe('newer');
    await disconnect('newer');
    expect(await world.dependencies.connections.findOfAgent(agentId)).toBeUndefined();
  });

  test('who loses the socket goes on watching, and is told again over the next one', async () => {
    const holder = await watch();
    await connect('first', await ticketFor(holder));
    await disconnect('first');
    expect(await world.dependencies.watches.find(holder)).not.toHaveProperty('connectionId');
    await connect('second', await ticketFor(holder));
    await disconnect('first');
    expect(await world.dependencies.watches.find(holder)).toMatchObject({ connectionId: 'second' });
  });

  test('tells those who watch what became of the recording, and nobody whose lease has ended', async () => {
    const now = await watch();
    const lapsed = await watch(world.dependencies.clock.nowMs());
    await connect('now', await ticketFor(now));
    await connect('lapsed', await ticketFor(lapsed));
    const at = '2026-11-22T10:00:00.000Z';
    const head = eventHead(recording, at);
    const say = (type: string, detail: object) =>
      world.handler({ source: 'afterimage', 'detail-type': type, detail: { ...head, ...detail } });
    await say('RecordingInterrupted', { silentForMs: 1, storedMs: 1 });
    await say('RecordingResumed', {});
    await say('SegmentRejected', { objectKey: 'k', reason: 'malformed' });
    await say('RecordingFinished', { state: 'partial', durationMs: 1, sizeBytes: 1, gaps: [] });
    await say('RecordingErased', { requestedBy: 'ada', requestedAt: at });
    const states = world.dependencies.channel.toldOf('now').map((notice) => 'state' in notice && notice.state);
    expect(states).toEqual(['interrupted', 'live', 'partial', 'erased']);
    expect(world.dependencies.channel.toldOf('lapsed')).toEqual([]);
  });

  test('what clients send changes nothing', async () => {
    const event = { requestContext: { eventType: 'MESSAGE', connectionId: 'c' }, body: '{"kind":"segments"}' };
    expect(await world.handler(event)).toEqual({ statusCode: 200 });
    expect(world.dependencies.channel.posted).toEqual([]);
  });

  test('a connection that is gone keeps nobody else from being told', async () => {
    const [here, gone] = [await watch(), await watch()];
    await connect('here', await ticketFor(here));
    await connect('gone', await ticketFor(gone));
    world.dependencies.channel.gone.add('gone');
    await passOn(world.dependencies, {
      type: 'RecordingResumed',
      detail: eventHead(recording, '2026-11-22T10:00:00.000Z'),
    });
    expect(world.dependencies.channel.toldOf('here')).toHaveLength(1);
  });
});
