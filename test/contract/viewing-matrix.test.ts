import {
  assignRole,
  changeSiteSettings,
  createViewingPolicy,
  listRecordings,
  makePlaybackId,
  makeRecordingId,
  makeRuleId,
  makeWatchId,
  openPlayback,
  type PlaybackId,
  personRoleSchema,
  type RecordingId,
  type Role,
  type RouteContract,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestClock } from '../../functions/_testing/test-clock.ts';
import { runCommand, runForJson } from '../support/command-line.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { callRaw, problemNameOf, type RawAnswer, type RawRequest } from '../support/raw-call.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { newViewerKey } from '../support/viewer-key.ts';
import { accessOf, recordingRoutes } from './access-table.ts';

/** `shown`: by a viewing policy. `own`: of the viewer's own session, which no policy shows. `unknown`: never was. */
const standings = ['shown', 'own', 'restricted', 'unknown'] as const;
type Standing = (typeof standings)[number];

const clock = new TestClock();
const watchId = makeWatchId(clock);
const viewer = people.visitor;
const recordingIds = new Map<Standing, RecordingId>();
const playbackIds = new Map<Standing, PlaybackId>();
let stack: Stack;
let viewerPublicKey: Awaited<ReturnType<typeof newViewerKey>>;

const admin = () => stack.api(people.administrator);

async function holdOnly(role: Role | undefined): Promise<void> {
  for (const each of personRoleSchema.options) {
    const members = each === role ? [{ kind: 'user' as const, name: viewer.username }] : [];
    await admin()(assignRole, { params: { role: each }, body: { members } });
  }
}

async function beginRecordings(): Promise<void> {
  const users = { shown: 'jonas', own: viewer.username, restricted: 'mira' };
  for (const standing of ['shown', 'own', 'restricted'] as const) {
    const recordingId = await (await RawAgent.enrol(stack)).begin(users[standing]);
    recordingIds.set(standing, recordingId);
    const playback = await stack.api(viewer)(openPlayback, { params: { recordingId }, body: { viewerPublicKey } });
    playbackIds.set(standing, playback.playbackId);
  }
  recordingIds.set('unknown', makeRecordingId(clock));
  playbackIds.set('unknown', makePlaybackId(clock));
}

async function showJonasOnly(): Promise<void> {
  await admin()(changeSiteSettings, { body: { areViewingPoliciesOn: true } });
  const rule = {
    ruleId: makeRuleId(clock),
    name: 'Jonas',
    viewer: { kind: 'user' as const, name: viewer.username },
    criteria: { principals: [{ kind: 'user' as const, name: 'jonas' }] },
  };
  await admin()(createViewingPolicy, { body: { draft: { name: 'Who sees whom', rules: [rule] } } });
}

beforeAll(async () => {
  stack = await startStack();
  viewerPublicKey = await newViewerKey();
  await holdOnly('Player');
  // While viewing policies are off everybody with the role plays everything: that is how the playbacks come to be.
  await beginRecordings();
});

afterAll(async () => {
  await stack?.close();
});

function requestFor({ operationId }: RouteContract, standing: Standing): RawRequest<RouteContract> {
  const recordingId = recordingIds.get(standing);
  const playbackId = playbackIds.get(standing);
  const requests: Record<string, RawRequest<RouteContract>> = {
    openPlayback: { body: { viewerPublicKey, around: 0 } },
    releaseKeys: { params: { playbackId }, body: { epochs: [0] } },
    getPlayback: { params: { playbackId } },
    openWatch: { body: { playbackId } },
    renewWatch: { params: { watchId }, body: {} },
    endWatch: { params: { watchId } },
    eraseRecording: { body: { justification: 'asked for by the matrix' } },
    holdRecording: { body: { reason: 'held by the matrix' } },
    releaseHold: { query: { reason: 'released by the matrix' } },
  };
  const { params, ...request } = requests[operationId] ?? {};
  return { ...request, params: { recordingId, ...params } };
}

async function ask(route: RouteContract, standing: Standing): Promise<RawAnswer> {
  return callRaw(stack, route, requestFor(route, standing), await stack.accessToken(viewer));
}

const outcomeOf = (answer: RawAnswer) => problemNameOf(answer) ?? answer.status;

async function listedIds(): Promise<string[]> {
  const { recordings } = await stack.api(viewer)(listRecordings, {});
  return recordings.map(({ recordingId }) => recordingId);
}

describe('while viewing policies are off', () => {
  test('VIEW-002: whoever holds the role sees every recording', async () => {
    expect(await listedIds()).toHaveLength(3);
  });
});

describe('while they are on (VIEW-007, ROL-011)', () => {
  beforeAll(showJonasOnly);

  describe.each([undefined, ...personRoleSchema.options])('to a person with the role %s', (role) => {
    const rows = recordingRoutes.map((route) => ({ route, id: route.operationId, ...accessOf(route) }));
    const isAllowed = ({ callers }: (typeof rows)[number]) =>
      callers === 'signed-in' || (Array.isArray(callers) && role !== undefined && callers.includes(role));

    beforeAll(() => holdOnly(role));

    test.each(rows.filter((row) => !isAllowed(row)))(
      'VIEW-007, ROL-011: $id is refused alike for every recording',
      async ({ route }) => {
        for (const standing of standings) {
          const answer = await ask(route, standing);
          expect([standing, answer.status, problemNameOf(answer)]).toEqual([standing, 403, 'role-missing']);
        }
      },
    );

    const allowed = rows.filter(isAllowed);
    if (allowed.length === 0) return;
    test.each(allowed)('VIEW-001: $id of a recording that is not shown to them: $unseen', async ({ route, unseen }) => {
      const shown = await ask(route, 'shown');
      const others = await Promise.all(
        (['own', 'restricted', 'unknown'] as const).map((standing) => ask(route, standing)),
      );
      if (unseen === 'the same') {
        expect(others.slice(0, 2).map(outcomeOf)).toEqual([outcomeOf(shown), outcomeOf(shown)]);
        return;
      }
      if (unseen === 'recording-not-found') {
        expect(['recording-not-found', 'role-missing', 'invalid-request']).not.toContain(outcomeOf(shown));
      }
      expect(others.map(outcomeOf)).toEqual([unseen, unseen, unseen]);
      // Word for word: nothing tells one that is hidden from one that never was.
      const told = others.map(({ status, problem: { instance: _, ...problem } }) => ({ status, ...problem }));
      expect(told).toEqual([told[0], told[0], told[0]]);
    });
  });

  describe('to a player', () => {
    beforeAll(() => holdOnly('Player'));
    const idOf = (standing: Standing) => recordingIds.get(standing) ?? '';

    test('VIEW-001: the list has the recordings of the policies and no others, over the API and on the command line', async () => {
      expect(await listedIds()).toEqual([idOf('shown')]);
      const listed = await runForJson<{ recordings: { recordingId: string }[] }>(stack, viewer, 'recordings', 'list');
      expect(listed.recordings.map(({ recordingId }) => recordingId)).toEqual([idOf('shown')]);
    });

    test('VIEW-001: the command line finds no recording that is not shown', async () => {
      expect((await runCommand(stack, viewer, 'recordings', 'show', idOf('shown'))).exitCode).toBe(0);
      const [own, unknown] = await Promise.all(
        (['own', 'unknown'] as const).map((standing) =>
          runCommand(stack, viewer, 'recordings', 'show', idOf(standing)),
        ),
      );
      expect(own?.exitCode).not.toBe(0);
      expect(own?.errors).toContain('There is no such recording, or it is not one that you may see.');
      expect(own?.exitCode).toBe(unknown?.exitCode);
    });

    test('VIEW-004: a change is in force with the next call', async () => {
      await admin()(changeSiteSettings, { body: { areViewingPoliciesOn: false } });
      expect(await listedIds()).toHaveLength(3);
      await admin()(changeSiteSettings, { body: { areViewingPoliciesOn: true } });
      expect(await listedIds()).toEqual([idOf('shown')]);
    });
  });
});
