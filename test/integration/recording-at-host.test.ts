import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import {
  activateRecordingPolicy,
  commandRecording,
  createRecordingPolicy,
  getSession,
  listRecordingNotices,
  makeRuleId,
  type RecordingId,
  type RouteRequest,
  recordingIdSchema,
  type SessionId,
  sessionIdSchema,
} from '@afterimage/contracts';
import { durationOf } from '@afterimage/player';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { displayTest } from '../../agent/test/display-test.ts';
import { typeSessionCommand } from '../../agent/test/typed-command.ts';
import { XPainter } from '../../agent/test/x-painter.ts';
import { XServer } from '../../agent/test/x-server.ts';
import { frameAt } from '../../cli/src/playback/frame-at.ts';
import { openRecording } from '../../cli/src/playback/open-source.ts';
import { runCommand, runForJson } from '../support/command-line.ts';
import { CommandedHost } from '../support/commanded-host.ts';
import { pollUntil } from '../support/poll-until.ts';
import { problemNameOf } from '../support/raw-call.ts';
import { enrolHost } from '../support/recorded-host.ts';
import { recordingIn, showRecording } from '../support/recordings.ts';
import { RunningProgram } from '../support/run-program.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';

jest.setTimeout(400_000);

const patientMs = 90_000;
/** Of as much red as blue: pictures name them in another order than X. */
const shown = 0x22aa22;
const noticeTitle = 0x1f3a5f;

let stack: Stack;
let closers: (() => Promise<void> | void)[];

beforeEach(async () => {
  closers = [];
  stack = await startStack();
  closers.push(() => stack.close());
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
});

const activate = (policyId: ActivePolicyId) =>
  stack.api(people.administrator)(activateRecordingPolicy, { body: { policyId } });

type ActivePolicyId = RouteRequest<typeof activateRecordingPolicy>['body']['policyId'];

/** Nobody is recorded, and who runs this test may start recordings of their own sessions. */
async function letUserStart(): Promise<void> {
  const rule = {
    ruleId: makeRuleId({ nowMs: () => Date.now(), randomBytes: (length) => new Uint8Array(randomBytes(length)) }),
    name: 'Own recordings',
    action: 'do-not-record' as const,
    criteria: { principals: [{ kind: 'user' as const, name: userInfo().username }] },
    options: { allowsUserInitiated: true },
  };
  const body = { draft: { name: 'On demand', rules: [rule] } };
  await activate((await stack.api(people.administrator)(createRecordingPolicy, { body })).policy.policyId);
}

async function openDisplay() {
  const server = await XServer.start({ size: '800x600' });
  closers.push(() => server.stop());
  const painter = await XPainter.open(server.display);
  closers.push(() => painter.close());
  return { display: server.display, server, painter };
}

/** The user reads the notice and closes it. A bare screen keeps the image of a closed window until something is drawn there. */
async function dismissNotice(server: XServer, painter: XPainter): Promise<void> {
  const isThere = async () => (await painter.capture()).pixels.includes(noticeTitle);
  await pollUntil('the notice is on the screen', isThere, patientMs);
  const isGone = async () => {
    await server.run('xdotool', 'key', 'Return');
    painter.fill(0, 0, 0, 800, 600);
    return !(await isThere());
  };
  await pollUntil('the notice has gone', isGone, patientMs);
}

/** What the audit has of acts at hosts: what somebody wanted, and what came of it. */
async function actsAtHosts(since: Date) {
  const truth = new StoredTruth(stack);
  const days = new Set([since, new Date()].map((day) => day.toISOString().slice(0, 10)));
  const rows = (await Promise.all([...days].map((day) => truth.rows('Audit', `AUDIT#${day}`)))).flat();
  const all = rows.map(({ data }) => data as Record<string, unknown>);
  return all
    .filter(({ action }) => String(action).endsWith('-at-host'))
    .map((act) => {
      const { action, actor, subject, details } = act;
      const ends = all.filter(
        ({ auditEntryId, outcome }) => outcome !== undefined && auditEntryId === act.auditEntryId,
      );
      return { action, actor, subject, details, outcomes: ends.map(({ outcome }) => outcome) };
    });
}

/** The agent as a service of the host, which would upload only once in an hour. @returns what is typed on the display */
async function serveDisplay(display: string) {
  const directory = await enrolHost(stack);
  const args = ['serve', '--data', directory, '--display', display, '--upload-interval', '3600'];
  const agent = new RunningProgram('agent/src/main.ts', args);
  closers.push(() => agent.end('SIGKILL'));
  return (...words: string[]) => typeSessionCommand({ directory, environment: { DISPLAY: display } }, ...words);
}

type Typist = Awaited<ReturnType<typeof serveDisplay>>;

function activeSession(type: Typist): Promise<SessionId> {
  const look = async () => /ses_\w+/.exec((await type('list')).output)?.[0];
  return pollUntil('the session is listed', look, patientMs).then((id) => sessionIdSchema.parse(id));
}

async function recordingOf(type: Typist): Promise<RecordingId> {
  const { output } = await type('status', '--json');
  return recordingIdSchema.parse(JSON.parse(output).sessions[0].recording.recordingId);
}

/** Who runs the tests of a machine is its administrator only as root: other sessions are their own. */
const runsAsRoot = process.getuid?.() === 0;
const rootTest = (title: string, body: () => Promise<void>) =>
  runsAsRoot ? displayTest([], title, body) : test.skip(`${title} (needs root)`, body);

async function show(painter: XPainter): Promise<void> {
  painter.fill(shown, 0, 0, 700, 500);
  await pollUntil('the user sees it', async () => (await painter.capture()).pixels[300 * 800 + 400] === shown);
}

/** In the middle of the last picture, as the player decodes it. */
async function lastPixel(recordingId: RecordingId): Promise<number> {
  const { source } = await openRecording(stack.api(people.reviewer), recordingId);
  const { pixels } = await frameAt(source, durationOf(source.segments));
  return (pixels[300 * 800 + 400] ?? 0) & 0xffffff;
}

describe('a user', () => {
  const title =
    'USR-005, USR-010: sees that nothing is recorded, starts, shows something, stops, and it is played back';
  displayTest([], title, async () => {
    await letUserStart();
    const { display, painter } = await openDisplay();
    const type = await serveDisplay(display);
    const isAsked = async () => (await type('status')).output.startsWith('Not recorded');
    await pollUntil('the session is known', isAsked, patientMs);
    expect(await type('start')).toMatchObject({ code: 0 });
    expect((await type('status')).output).toMatch(/^Recording .*started by: user$/m);
    const recordingId = await recordingOf(type);
    await show(painter);
    expect(await type('stop')).toMatchObject({ code: 0 });
    const recording = await recordingIn(stack, recordingId, 'complete', patientMs);
    expect(recording).toMatchObject({ initiator: 'user', decision: { ruleName: 'Own recordings' } });
    expect(await lastPixel(recordingId)).toBe(shown);
  });
});

describe('an administrator at the host', () => {
  rootTest(
    'USR-005, USR-011, DYN-006: lists the sessions, starts one by its id and the user is told, stops it, and it is stored at once and played back',
    async () => {
      const since = new Date();
      await activate('do-not-record');
      const { display, server, painter } = await openDisplay();
      const type = await serveDisplay(display);
      const sessionId = await activeSession(type);
      const before = await type('status', '--session', sessionId);
      expect(before).toMatchObject({ code: 0, output: expect.stringContaining(`Not recorded  ${sessionId}`) });

      expect(await type('start', '--session', sessionId)).toMatchObject({ code: 0 });
      const account = process.env.SUDO_USER || userInfo().username;
      const during = await type('status', '--session', sessionId);
      expect(during.output).toContain(`started by: administrator (${account})`);
      expect(during.output).toMatch(/^Recording {2}/);
      await dismissNotice(server, painter);
      const recordingId = await recordingOf(type);
      await show(painter);
      await pollUntil('it is live', async () => (await showRecording(stack, recordingId)).state === 'live', patientMs);

      expect(await type('stop', '--session', sessionId)).toMatchObject({ code: 0 });
      expect((await type('status', '--session', sessionId)).output).toContain('Not recorded');
      const recording = await recordingIn(stack, recordingId, 'complete', patientMs);
      expect(recording).toMatchObject({
        initiator: 'administrator',
        startedBy: { value: account, assertedBy: 'agent' },
        decision: { action: 'do-not-record' },
      });
      const { output } = await runCommand(stack, people.reviewer, 'recordings', 'show', recordingId);
      expect(output).toContain(`administrator ${account} (says the agent)`);
      expect(await lastPixel(recordingId)).toBe(shown);
      const verdict = await runForJson(stack, people.reviewer, 'recordings', 'verify', recordingId);
      expect(verdict).toMatchObject({ verdict: 'intact-and-complete' });

      const readNotices = async () =>
        (await stack.api(people.reviewer)(listRecordingNotices, { params: { recordingId } })).notices;
      await pollUntil('what the user was told is on record', async () => (await readNotices()).length === 2, patientMs);
      expect((await readNotices()).map(({ answer }) => answer)).toEqual(['shown', 'dismissed']);
      const isAudited = async () => (await actsAtHosts(since)).length === 2;
      await pollUntil('start and stop are audited', isAudited, patientMs);
      const details = { sessionId, by: 'administrator', account, assertedBy: 'agent' };
      const { agentId } = recording;
      const common = { actor: agentId, subject: recordingId, outcomes: ['succeeded'] };
      expect(await actsAtHosts(since)).toMatchObject([
        { ...common, action: 'recording.start-at-host', details },
        { ...common, action: 'recording.stop-at-host', details },
      ]);
      const session = await stack.api(people.administrator)(getSession, { params: { sessionId } });
      expect(session.session).toMatchObject({ hostStop: { by: 'administrator', account, recordingId } });
    },
  );
});

describe('the word of a host that an administrator there had it recorded', () => {
  const byAdministrator = { initiator: 'administrator', startedBy: 'root' };

  test('is taken for its own sessions alone, and not after the service has stopped their recording; both are audited', async () => {
    const since = new Date();
    const host = await CommandedHost.enrol(stack);
    const sessionId = await host.startSession('ada');
    const stranger = await CommandedHost.enrol(stack);
    const foreign = await stranger.begin(sessionId, byAdministrator);
    expect(problemNameOf(foreign.answer)).toBe('not-found');
    expect((await host.begin(sessionId, byAdministrator)).answer.status).toBe(201);
    await stack.api(people.administrator)(commandRecording, { body: { action: 'stop', sessionIds: [sessionId] } });
    const late = { ...byAdministrator, startedAt: new Date(Date.now() + 1_000).toISOString() };
    expect(problemNameOf((await host.begin(sessionId, late)).answer)).toBe('recording-not-permitted');
    expect(await actsAtHosts(since)).toMatchObject([
      { actor: host.agent.agentId, details: { account: 'root' }, outcomes: ['succeeded'] },
      { actor: host.agent.agentId, details: { account: 'root' }, outcomes: ['recording-not-permitted'] },
    ]);
  });
});
