import { makeSessionId, noticeMessagesSchema, type RecordingCommand } from '@afterimage/contracts';
import { isActive, type SessionPage, type TrackedSession } from '@afterimage/core';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sampleSession } from '../../packages/core/src/testing/sample-session.ts';
import { MemoryChannel, MemoryConnections } from '../_testing/memory-channel.ts';
import { MemoryCommands, MemorySessions } from '../_testing/memory-stores.ts';
import { TestClock } from '../_testing/test-clock.ts';
import { orderRecording } from './command-recording.ts';
import { answerSessions } from './list-sessions.ts';
import { answerCommand } from './show-commands.ts';
import { answerRecordingStatus, answerSession } from './show-session.ts';

const call = { caller: { userName: 'grace', groups: [] }, requestId: 'r', sourceAddress: undefined };
const none = { params: undefined, query: undefined, body: undefined };

/** Sessions of the store in memory, all on one page. */
class MemoryHistory {
  readonly #sessions: MemorySessions;
  readonly #clock: TestClock;

  constructor(sessions: MemorySessions, clock: TestClock) {
    this.#sessions = sessions;
    this.#clock = clock;
  }

  async list(_page: SessionPage) {
    return { items: [...this.#sessions.rows.values()], cursor: 'more' };
  }

  async listByDay(_day: string, page: SessionPage) {
    return this.list(page);
  }

  async listOfUser(userName: string, page: SessionPage) {
    const { items } = await this.list(page);
    return { items: items.filter(({ attributes }) => attributes.user.value === userName) };
  }

  async listActive({ userName, ...page }: SessionPage & { userName?: string | undefined }) {
    const { items } = userName === undefined ? await this.list(page) : await this.listOfUser(userName, page);
    return { items: items.filter((session) => isActive(session, this.#clock.nowMs())) };
  }
}

function setUp() {
  const clock = new TestClock();
  const sessions = new MemorySessions();
  const warnings: string[] = [];
  const dependencies = {
    clock,
    sessions,
    history: new MemoryHistory(sessions, clock),
    commands: new MemoryCommands(sessions),
    connections: new MemoryConnections(),
    channel: new MemoryChannel(),
    noticeMessages: { find: async () => noticeMessagesSchema.parse({ version: 0 }) },
    log: { warn: (message: string) => warnings.push(message) },
  };
  const add = (changes: Partial<TrackedSession> = {}) => {
    const session = sampleSession({ sessionId: makeSessionId(clock), ...changes });
    sessions.rows.set(session.sessionId, session);
    return session;
  };
  return { dependencies, add, warnings };
}

describe('commands of administrators', () => {
  let world: ReturnType<typeof setUp>;
  beforeEach(() => {
    world = setUp();
  });

  const order = async (body: Parameters<typeof orderRecording>[1]['body']) => {
    const outcome = await orderRecording(world.dependencies, { ...none, body }, call);
    if (!outcome.isDone) throw new Error(outcome.problem);
    return outcome.response;
  };
  const stateOf = async ({ commandId }: RecordingCommand) => {
    const outcome = await answerCommand(world.dependencies, { ...none, params: { commandId } });
    return outcome.isDone ? outcome.response.command.state : outcome.problem;
  };

  test('are stored even where the host cannot be told, which is logged', async () => {
    const { sessionId, agentId } = world.add();
    await world.dependencies.connections.open('one', { kind: 'agent', agentId });
    world.dependencies.channel.post = async () => {
      throw new Error('the channel is out of reach');
    };
    const { commands } = await order({ action: 'start', sessionIds: [sessionId], notifiesUser: true });
    expect(commands).toMatchObject([{ sessionId, agentId, requestedBy: 'grace', state: 'pending' }]);
    expect(await world.dependencies.commands.listPending(agentId)).toHaveLength(1);
    expect(world.warnings).toEqual(['command was not handed over']);
  });

  test('DYN-006: tell the user in the user’s language on start, unless asked not to, and not on stop', async () => {
    const german = sampleSession().attributes;
    const { sessionId, agentId } = world.add({
      attributes: { ...german, language: { value: 'de-AT', assertedBy: 'agent' } },
    });
    await world.dependencies.connections.open('one', { kind: 'agent', agentId });
    await order({ action: 'start', sessionIds: [sessionId], notifiesUser: true });
    await order({ action: 'start', sessionIds: [sessionId], notifiesUser: false });
    await order({ action: 'stop', sessionIds: [sessionId], notifiesUser: true });
    const told = world.dependencies.channel.toldOf('one');
    expect(told).toMatchObject([
      { kind: 'command', command: { notice: { language: 'de', requiresConsent: false } } },
      { kind: 'command', command: { notifiesUser: false } },
      { kind: 'command', command: { action: 'stop' } },
    ]);
    const notices = told.map((notice) => (notice.kind === 'command' ? notice.command.notice : undefined));
    expect(notices.slice(1)).toEqual([undefined, undefined]);
  });

  test('name a session twice and it gets one command', async () => {
    const { sessionId } = world.add();
    const { commands } = await order({ action: 'stop', sessionIds: [sessionId, sessionId], notifiesUser: true });
    expect(commands).toHaveLength(1);
  });

  test('reach no session that has ended, is unknown or, of a user, has fallen silent', async () => {
    const ended = world.add({ endedAt: '2026-11-22T10:00:00.000Z' });
    const unknown = makeSessionId(world.dependencies.clock);
    const { commands, refused } = await order({
      action: 'start',
      sessionIds: [ended.sessionId, unknown],
      notifiesUser: true,
    });
    expect(commands).toEqual([]);
    expect(refused.map(({ sessionId }) => sessionId)).toEqual([ended.sessionId, unknown]);
    world.add();
    world.dependencies.clock.advance(15 * 60_000);
    await expect(order({ action: 'start', user: 'ada', notifiesUser: true })).rejects.toThrow('session-not-found');
  });

  test('that nobody answers have expired after two minutes', async () => {
    const { sessionId } = world.add();
    const { commands } = await order({ action: 'start', sessionIds: [sessionId], notifiesUser: true });
    const [given] = commands;
    if (given === undefined) throw new Error('no command was given');
    world.dependencies.clock.advance(119_999);
    expect(await stateOf(given)).toBe('pending');
    world.dependencies.clock.advance(1);
    expect(await stateOf(given)).toBe('expired');
  });
});

describe('sessions', () => {
  const world = setUp();
  const { sessionId } = world.add();
  const elsewhere = world.add({
    attributes: { ...sampleSession().attributes, host: { value: 'DESK-8', assertedBy: 'agent' } },
    endedAt: '2026-11-22T10:00:00.000Z',
  });

  const list = async (query: { state: 'active' | 'all'; user?: string; host?: string }) => {
    const outcome = await answerSessions(world.dependencies, { ...none, query: { ...query, limit: 10 } });
    if (!outcome.isDone) throw new Error(outcome.problem);
    return outcome.response;
  };

  test('are listed by state, user and host, names of hosts alike in upper and lower case', async () => {
    const ids = async (query: Parameters<typeof list>[0]) => (await list(query)).sessions.map((one) => one.sessionId);
    expect(await ids({ state: 'active' })).toEqual([sessionId]);
    expect(await ids({ state: 'all' })).toEqual([sessionId, elsewhere.sessionId]);
    expect(await ids({ state: 'all', user: 'ada' })).toEqual([sessionId, elsewhere.sessionId]);
    expect(await ids({ state: 'all', user: 'bob' })).toEqual([]);
    expect(await ids({ state: 'all', host: 'desk-8' })).toEqual([elsewhere.sessionId]);
  });

  test('of another host are left out of a page, and the cursor leads on', async () => {
    expect(await list({ state: 'all', host: 'desk-9' })).toMatchObject({ sessions: [], cursor: 'more' });
  });

  test('show nothing of how the service keeps them', async () => {
    const body = { action: 'stop', sessionIds: [sessionId], notifiesUser: true } as const;
    await orderRecording(world.dependencies, { ...none, body: { ...body, sessionIds: [sessionId] } }, call);
    const outcome = await answerSession(world.dependencies, { ...none, params: { sessionId } });
    if (!outcome.isDone) throw new Error(outcome.problem);
    const { session, commands } = outcome.response;
    expect(session).toMatchObject({ stoppedBy: 'grace', recording: { status: 'pending' } });
    for (const inner of ['revision', 'pendingCommand', 'stop', 'review']) expect(session).not.toHaveProperty(inner);
    expect(commands).toMatchObject([{ action: 'stop', state: 'pending' }]);
  });

  test('DYN-004: that nobody has reported have neither status nor page', async () => {
    const params = { sessionId: makeSessionId(world.dependencies.clock) };
    expect(await answerSession(world.dependencies, { ...none, params })).toMatchObject({
      problem: 'session-not-found',
    });
    const status = await answerRecordingStatus(world.dependencies, { ...none, params });
    expect(status).toMatchObject({ problem: 'session-not-found' });
  });
});
