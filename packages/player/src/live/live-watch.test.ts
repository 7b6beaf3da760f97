import {
  endWatch,
  makePlaybackId,
  makeRecordingId,
  makeWatchId,
  openWatch,
  type RouteContract,
  type RouteResponse,
  renewWatch,
} from '@afterimage/contracts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PlayerApi } from '../source/api-source.ts';
import { PlaybackFailure } from '../source/recording-source.ts';
import type { Standing } from './live-link.ts';
import { LiveWatch } from './live-watch.ts';
import type { Socket } from './notice-socket.ts';

const ids = { nowMs: () => 1_700_000_000_000, randomBytes: (n: number) => new Uint8Array(n).fill(7) };
const recordingId = makeRecordingId(ids);
const serverTime = '2026-11-22T10:00:00.000Z';
const news = JSON.stringify({
  version: 1,
  kind: 'segments',
  recordingId,
  contiguousSequence: 3,
  contiguousMs: 1500,
  state: 'live',
});

/** A socket whose other end the test holds. */
class HeldSocket extends EventTarget {
  readyState = 0;
  readonly sent: unknown[] = [];

  open(): void {
    this.readyState = 1;
  }

  say(data: string): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  close(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }

  send(data: unknown): void {
    this.sent.push(data);
  }
}

/** The service as a viewer meets it: what was asked of it, and what it refuses. */
class HeldService {
  readonly calls: { route: RouteContract; body: unknown }[] = [];
  refusal: PlaybackFailure | undefined;
  leaseSeconds = 30;

  readonly api: PlayerApi = async (route, request) => {
    const { body }: { body?: unknown } = request;
    this.calls.push({ route, body });
    if (this.refusal !== undefined) throw this.refusal;
    const channel = { url: `wss://channel.example/live?ticket=${this.calls.length}`, expiresAt: serverTime };
    const lease = { leaseSeconds: this.leaseSeconds, serverTime };
    const needsChannel = renewWatch.body.safeParse(body).data?.needsChannel === true;
    const answer: unknown =
      route.operationId === openWatch.operationId
        ? { ...lease, channel, watchId: makeWatchId(ids) }
        : { ...lease, ...(needsChannel ? { channel } : {}), contiguousSequence: 0, state: 'live' };
    return answer as RouteResponse<typeof route>;
  };

  asked(route: RouteContract): unknown[] {
    return this.calls.filter((call) => call.route === route).map(({ body }) => body);
  }
}

describe('LiveWatch', () => {
  let service: HeldService;
  let sockets: HeldSocket[];
  let watch: LiveWatch;
  let nowMs: number;

  beforeEach(() => {
    service = new HeldService();
    sockets = [];
    nowMs = 1000;
    watch = new LiveWatch({
      recordingId,
      api: service.api,
      playbackId: async () => makePlaybackId(ids),
      connect: () => {
        const socket = new HeldSocket();
        sockets.push(socket);
        return socket as unknown as Socket;
      },
      random: () => 1,
    });
  });

  const tick = async (elapsedMs = 0, standing: Standing = 'under-way') => {
    nowMs += elapsedMs;
    watch.tick(nowMs, standing);
    await new Promise((resolve) => setImmediate(resolve));
  };
  /** Ticks four times a second. */
  const pass = async (durationMs: number) => {
    for (let passed = 0; passed < durationMs; passed += 250) await tick(250);
  };
  const connected = async () => {
    await tick();
    sockets.at(-1)?.open();
  };

  test('asks seldom while the channel tells, each second without it, and more seldom without a lease', async () => {
    expect(watch.askIntervalMs).toBe(2000);
    await tick();
    expect(watch.askIntervalMs).toBe(1000);
    sockets[0]?.open();
    expect(watch.askIntervalMs).toBe(5000);
    sockets[0]?.close();
    expect(watch.askIntervalMs).toBe(1000);
  });

  test('hands on each notice once, and nothing that it does not understand', async () => {
    await connected();
    for (const text of ['', 'no json', '{"kind":"weather"}']) sockets[0]?.say(text);
    expect(watch.takeNews()).toBe(false);
    sockets[0]?.say(news);
    sockets[0]?.say(news);
    expect([watch.takeNews(), watch.takeNews()]).toEqual([true, false]);
  });

  test('renews the lease every ten seconds, and asks for no ticket that it does not need', async () => {
    await connected();
    await pass(30_000);
    expect(service.asked(openWatch)).toHaveLength(1);
    expect(service.asked(renewWatch)).toEqual([1, 2, 3].map(() => ({ needsChannel: false })));
    expect(sockets).toHaveLength(1);
  });

  test('comes back over a new connection of the same watch', async () => {
    await connected();
    sockets[0]?.close();
    await pass(1500);
    expect(service.asked(renewWatch)).toEqual([{ needsChannel: true }]);
    expect(service.asked(openWatch)).toHaveLength(1);
    sockets[1]?.open();
    sockets[1]?.say(news);
    expect(watch.takeNews()).toBe(true);
  });

  test('a channel that never opens is tried more and more seldom, and the lease goes on', async () => {
    await tick();
    for (let second = 0; second < 120; second++) {
      sockets.at(-1)?.close();
      await pass(1000);
    }
    expect(sockets.length).toBeGreaterThan(4);
    expect(sockets.length).toBeLessThan(12);
    expect(service.asked(openWatch)).toHaveLength(1);
  });

  test('opens another watch when the lease is gone', async () => {
    await connected();
    service.refusal = new PlaybackFailure('not-found');
    await pass(10_000);
    expect(watch.askIntervalMs).toBe(2000);
    service.refusal = undefined;
    await pass(2000);
    expect(service.asked(openWatch)).toHaveLength(2);
    expect(sockets[0]?.readyState).toBe(3);
  });

  test('a service that is out of reach for a moment costs neither lease nor channel', async () => {
    await connected();
    service.refusal = new PlaybackFailure('unreachable');
    await pass(10_000);
    service.refusal = undefined;
    await pass(2000);
    expect(service.asked(openWatch)).toHaveLength(1);
    expect(watch.askIntervalMs).toBe(5000);
  });

  test('STO-023: where live view is forbidden it says so and asks no more', async () => {
    service.refusal = new PlaybackFailure('live-forbidden');
    await pass(60_000);
    expect(watch.isForbidden).toBe(true);
    expect(service.calls).toHaveLength(1);
  });

  test('lets go when the recording is over, and when the page goes; a page that comes back watches again', async () => {
    await connected();
    watch.letGo();
    expect(service.asked(endWatch)).toHaveLength(1);
    expect(sockets[0]?.readyState).toBe(3);
    await connected();
    expect(service.asked(openWatch)).toHaveLength(2);
    await tick(100, 'over');
    expect(service.asked(endWatch)).toHaveLength(2);
    await pass(0);
    await tick(60_000, 'over');
    expect(service.calls).toHaveLength(4);
  });

  test('of a recording that has ended it renews as seldom as the lease allows, also where live view is forbidden', async () => {
    service.refusal = new PlaybackFailure('live-forbidden');
    await tick();
    service.refusal = undefined;
    service.leaseSeconds = 300;
    await tick(10_000, 'ended');
    sockets[0]?.open();
    for (let minute = 0; minute < 5; minute++) await tick(60_000, 'ended');
    expect(service.asked(openWatch)).toHaveLength(2);
    expect(service.asked(renewWatch)).toHaveLength(2);
    expect(watch.isForbidden).toBe(false);
  });

  test('hears over the channel that the recording was erased', async () => {
    await connected();
    const erased = (state: string) => JSON.stringify({ version: 1, kind: 'state', recordingId, state });
    sockets[0]?.say(erased('complete'));
    expect(watch.isErased).toBe(false);
    sockets[0]?.say(erased('erased'));
    expect(watch.isErased).toBe(true);
  });

  test('without the channel it learns of the erasure with its next renewal, and asks no more', async () => {
    await connected();
    service.refusal = new PlaybackFailure('erased');
    await pass(60_000);
    expect(watch.isErased).toBe(true);
    expect(service.calls).toHaveLength(2);
  });

  test('keeps its connection from being closed as idle', async () => {
    await connected();
    await pass(9 * 60_000);
    expect(sockets[0]?.sent).toEqual(['ping', 'ping']);
  });
});
