import {
  createDynamoClient,
  DynamoRecordingCommandStore,
  DynamoSessionHistory,
  DynamoSessionStore,
} from '@afterimage/aws';
import {
  type AgentId,
  makeAgentId,
  makeRecordingCommandId,
  makeSessionId,
  type Session,
  type SessionId,
} from '@afterimage/contracts';
import { giveCommand, type Page, type SessionPage, type StoredCommand, settleCommand } from '@afterimage/core';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleSession } from '../packages/core/src/testing/sample-session.ts';
import { startOneMachine } from './_testing/one-machine.ts';
import { TestClock } from './_testing/test-clock.ts';

const minuteMs = 60_000;

describe('the stores of sessions and commands', () => {
  const clock = new TestClock();
  const now = () => clock.nowMs();
  let machine: Awaited<ReturnType<typeof startOneMachine>>;
  let client: ReturnType<typeof createDynamoClient>;
  let sessions: DynamoSessionStore;
  let history: DynamoSessionHistory;
  let commands: DynamoRecordingCommandStore;
  const savedEnvironment = { ...process.env };

  beforeAll(async () => {
    machine = await startOneMachine();
    Object.assign(process.env, machine.environment);
    client = createDynamoClient();
    const table = { client, tableName: 'Sessions' };
    sessions = new DynamoSessionStore(table);
    history = new DynamoSessionHistory(table, now);
    commands = new DynamoRecordingCommandStore(table, now);
  });

  afterAll(async () => {
    process.env = savedEnvironment;
    await machine.stop();
  });

  async function store({ user = 'ada', startedAt = new Date(now()).toISOString(), agentId = makeAgentId(clock) } = {}) {
    const { revision: _revision, ...sample } = sampleSession({ sessionId: makeSessionId(clock), agentId, startedAt });
    const session: Session = {
      ...sample,
      attributes: { ...sample.attributes, user: { value: user, assertedBy: 'agent' } },
      decision: { ...sample.decision, decidedAt: new Date(now()).toISOString() },
    };
    await sessions.putOnce(session);
    return session;
  }

  async function all<T>(list: (page: SessionPage) => Promise<Page<T>>, limit = 2): Promise<T[]> {
    const found: T[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit, cursor });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      // Who is told that more follows is not shown an empty page.
      if (cursor !== undefined) expect(page.items).not.toEqual([]);
      found.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }

  const idsOf = (found: readonly { sessionId: SessionId }[]) => found.map(({ sessionId }) => sessionId);
  const end = (sessionId: SessionId) =>
    sessions.change(sessionId, (session) => ({ ...session, endedAt: new Date(now()).toISOString() }));

  async function give(sessionId: SessionId, agentId: AgentId, action: 'start' | 'stop' = 'start') {
    const command: StoredCommand = {
      commandId: makeRecordingCommandId(clock),
      sessionId,
      agentId,
      action,
      notifiesUser: true,
      requestedBy: 'grace',
      requestedAt: new Date(now()).toISOString(),
      state: 'pending',
    };
    await sessions.changeWithCommands(sessionId, (session) => giveCommand(session, command));
    return command;
  }

  test('a session is stored once: whoever comes later gets the one that is there', async () => {
    const first = await store();
    const other = { ...first, startedAt: '2026-11-20T10:00:00.000Z' };
    expect(await sessions.putOnce(other)).toEqual({ ...first, revision: 1 });
    expect(await sessions.find(first.sessionId)).toEqual({ ...first, revision: 1 });
    expect(await sessions.find(makeSessionId(clock))).toBeUndefined();
  });

  test('of writers at the same time each is heard, and a change of nothing writes nothing', async () => {
    const { sessionId } = await store();
    const note = (language: string) =>
      sessions.change(sessionId, (session) => ({
        ...session,
        notices: [...session.notices, { answer: 'shown', language, messagesVersion: 0, at: session.startedAt }],
      }));
    await Promise.all(['de', 'en', 'fr'].map(note));
    const found = await sessions.find(sessionId);
    expect(new Set(found?.notices.map(({ language }) => language))).toEqual(new Set(['de', 'en', 'fr']));
    expect(found?.revision).toBe(4);
    await sessions.change(sessionId, (session) => session);
    expect((await sessions.find(sessionId))?.revision).toBe(4);
    expect(await sessions.change(makeSessionId(clock), (session) => session)).toBeUndefined();
  });

  test('sessions of a day are those that began on it by universal time, newest first, page by page', async () => {
    const ids: SessionId[] = [];
    for (const time of ['2026-10-31T23:59:59.999Z', '2026-11-01T00:00:00.000Z', '2026-11-01T23:59:59.999Z']) {
      ids.push((await store({ startedAt: time })).sessionId);
      clock.advance(1);
    }
    await store({ startedAt: '2026-11-02T00:00:00.000Z' });
    expect(idsOf(await all((page) => history.listByDay('2026-11-01', page), 1))).toEqual([ids[2], ids[1]]);
    expect(idsOf(await all((page) => history.listByDay('2026-10-31', page)))).toEqual([ids[0]]);
    expect(await all((page) => history.listByDay('2026-10-30', page))).toEqual([]);
  });

  test('the list goes back over months and years of nothing, and every session is in it once', async () => {
    const old = await store({ startedAt: '2025-02-01T00:00:00.000Z' });
    const listed = idsOf(await all((page) => history.list(page), 3));
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.at(-1)).toBe(old.sessionId);
  });

  test('a host whose clock runs ahead cannot hide its session from the list', async () => {
    const { sessionId } = await store({ startedAt: '2031-01-01T00:00:00.000Z' });
    expect(idsOf(await all((page) => history.list(page), 200))).toContain(sessionId);
  });

  test('sessions of a user are found however the name is written, and of no other user', async () => {
    const one = await store({ user: 'Grace.Hopper' });
    clock.advance(1);
    const two = await store({ user: 'GRACE.HOPPER' });
    await store({ user: 'grace.hopper2' });
    expect(idsOf(await all((page) => history.listOfUser('grace.hopper', page), 1))).toEqual([
      two.sessionId,
      one.sessionId,
    ]);
    await end(two.sessionId);
    const active = await all((page) => history.listActive({ ...page, userName: 'grace.HOPPER' }));
    expect(idsOf(active)).toEqual([one.sessionId]);
  });

  test('a session is active until it ends or falls silent for a quarter of an hour, over the turn of the hour too', async () => {
    clock.advance(100 * minuteMs - (now() % (60 * minuteMs)) + 15 * minuteMs);
    const stored: Session[] = [];
    for (let count = 0; count < 9; count++) {
      stored.push(await store());
      clock.advance(1);
    }
    const active = async () => idsOf(await all((page) => history.listActive(page), 4));
    expect(await active()).toEqual(idsOf(stored).reverse());
    const [ended, heard, ...silent] = stored;
    if (ended === undefined || heard === undefined) throw new Error('no sessions');
    await end(ended.sessionId);
    expect(await active()).not.toContain(ended.sessionId);
    clock.advance(14 * minuteMs);
    const lastSeenAt = new Date(now()).toISOString();
    await sessions.change(heard.sessionId, (session) => ({ ...session, lastSeenAt }));
    expect(await active()).toEqual(idsOf([heard, ...silent]).reverse());
    clock.advance(minuteMs);
    expect(await active()).toEqual([heard.sessionId]);
    clock.advance(14 * minuteMs);
    expect(await active()).toEqual([]);
  });

  test('a command is stored with its session or not at all, and what it overtakes with it', async () => {
    const { sessionId, agentId } = await store();
    const start = await give(sessionId, agentId);
    const stop = await give(sessionId, agentId, 'stop');
    expect(await commands.find(start.commandId)).toMatchObject({ state: 'refused' });
    expect(await commands.find(stop.commandId)).toEqual(stop);
    expect(await sessions.find(sessionId)).toMatchObject({ pendingCommand: stop, stoppedBy: 'grace' });
    const unknown = makeSessionId(clock);
    const lost = await give(unknown, agentId);
    expect(await commands.find(lost.commandId)).toBeUndefined();
  });

  test('of many commands at the same time one waits, and the others are settled', async () => {
    const { sessionId, agentId } = await store();
    const given = await Promise.all(Array.from({ length: 4 }, () => give(sessionId, agentId)));
    const states = await Promise.all(given.map(async ({ commandId }) => (await commands.find(commandId))?.state));
    expect(states.sort()).toEqual(['pending', 'refused', 'refused', 'refused']);
    expect(await commands.listPending(agentId)).toHaveLength(1);
  });

  test('what waits for an agent is found until it is settled or has expired, oldest first, and nothing of another', async () => {
    const agentId = makeAgentId(clock);
    const [one, two] = [await store({ agentId }), await store({ agentId })];
    const stranger = await store();
    const first = await give(one.sessionId, agentId);
    clock.advance(minuteMs);
    const second = await give(two.sessionId, agentId);
    await give(stranger.sessionId, stranger.agentId);
    const pending = async () => (await commands.listPending(agentId)).map(({ commandId }) => commandId);
    expect(await pending()).toEqual([first.commandId, second.commandId]);
    const answer = { commandId: second.commandId, state: 'done', recording: { status: 'not-recorded' } } as const;
    await sessions.changeWithCommands(two.sessionId, (session) =>
      settleCommand(session, answer, new Date(now()).toISOString()),
    );
    expect(await pending()).toEqual([first.commandId]);
    clock.advance(minuteMs);
    expect(await pending()).toEqual([]);
  });

  test('commands are listed newest first, of all and of one session, and a forged cursor begins again', async () => {
    const { sessionId, agentId } = await store();
    const start = await give(sessionId, agentId);
    clock.advance(1);
    const stop = await give(sessionId, agentId, 'stop');
    expect((await commands.listOfSession(sessionId)).map(({ commandId }) => commandId)).toEqual([
      stop.commandId,
      start.commandId,
    ]);
    const listed = (await all((page) => commands.list(page), 3)).map(({ commandId }) => commandId);
    expect(listed.slice(0, 2)).toEqual([stop.commandId, start.commandId]);
    expect(new Set(listed).size).toBe(listed.length);
    const forged = Buffer.from(JSON.stringify({ partition: 0, after: 'CMD#../' })).toString('base64url');
    expect((await commands.list({ limit: 1, cursor: forged })).items).toMatchObject([{ commandId: stop.commandId }]);
  });

  test('a pulse leaves the row and its indexes alone within the hour, and is seen wherever the session is', async () => {
    const session = await store({ user: 'pulse' });
    const { sessionId } = session;
    const row = async () => {
      const Key = { pk: `SES#${sessionId}`, sk: 'SESSION' };
      return (await client.send(new GetCommand({ TableName: 'Sessions', Key }))).Item;
    };
    const before = await row();
    expect(before?.activeAt).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}$/);
    const lastSeenAt = `${before?.activeAt}:59:59.999Z`;
    await sessions.change(sessionId, (known) => ({ ...known, lastSeenAt, recording: { ...known.recording } }));
    expect(await row()).toEqual(before);
    const seen = { sessionId, lastSeenAt };
    expect(await sessions.find(sessionId)).toMatchObject({ ...seen, revision: 1 });
    expect(await all((page) => history.listOfUser('pulse', page))).toMatchObject([seen]);
    expect(await all((page) => history.listActive({ ...page, userName: 'pulse' }))).toMatchObject([seen]);

    const nextHour = new Date(Date.parse(lastSeenAt) + 1).toISOString();
    await sessions.change(sessionId, (known) => ({ ...known, lastSeenAt: nextHour }));
    expect(await row()).toMatchObject({ revision: 2, activeAt: nextHour.slice(0, 13), data: { lastSeenAt: nextHour } });
    expect(await sessions.find(sessionId)).toMatchObject({ lastSeenAt: nextHour });
  });

  test('a change of more than the pulse keeps its places in the indexes of time and owner, and the end leaves the active', async () => {
    const { sessionId } = await store();
    const indexed = async () => {
      const Key = { pk: `SES#${sessionId}`, sk: 'SESSION' };
      const { Item } = await client.send(new GetCommand({ TableName: 'Sessions', Key }));
      const { month, owner, timeKey, activity, activeAt } = Item ?? {};
      return { month, owner, timeKey, activity, activeAt };
    };
    const before = await indexed();
    await sessions.change(sessionId, (session) => ({ ...session, recording: { status: 'recording' } }));
    expect(await indexed()).toEqual(before);
    await end(sessionId);
    expect(await indexed()).toEqual({ ...before, activity: undefined, activeAt: undefined });
  });
});
