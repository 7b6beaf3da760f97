import {
  assignRole,
  changeSiteSettings,
  createScimToken,
  createViewingPolicy,
  deleteDirectoryGroup,
  deleteViewingPolicy,
  getPlayback,
  importDirectory,
  listDirectoryGroups,
  listScimTokens,
  makeRuleId,
  openPlayback,
  openWatch,
  type PolicyId,
  type Principal,
  type RecordingId,
  releaseKeys,
  renewWatch,
} from '@afterimage/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sampleRecords } from '../../functions/_testing/sample-device.ts';
import { TestClock } from '../../functions/_testing/test-clock.ts';
import { ChannelListener } from '../support/channel-listener.ts';
import { chunkOf, RawAgent } from '../support/raw-agent.ts';
import { callRaw, problemNameOf, type RawRequest } from '../support/raw-call.ts';
import { ScimClient } from '../support/scim-client.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';
import { newViewerKey } from '../support/viewer-key.ts';

const viewer = people.visitor;
const clock = new TestClock();
const auditors = 'Auditors';
let stack: Stack;
let truth: StoredTruth;
let scim: ScimClient;
let recordingId: RecordingId;

const admin = () => stack.api(people.administrator);
const asViewer = () => stack.api(viewer);

beforeAll(async () => {
  stack = await startStack();
  truth = new StoredTruth(stack);
  const { token } = await admin()(createScimToken, { body: { name: 'Provider' } });
  const { scimUrl } = await admin()(listScimTokens, {});
  scim = new ScimClient({ url: scimUrl, token, userAgent: 'Provider' });
  await admin()(changeSiteSettings, { body: { areViewingPoliciesOn: true } });
  recordingId = await (await RawAgent.enrol(stack)).begin('jonas');
});

afterAll(async () => {
  truth?.close();
  await stack?.close();
});

const assign = (members: Principal[]) => admin()(assignRole, { params: { role: 'Player' }, body: { members } });
const importPeople = (rows: string) =>
  admin()(importDirectory, { body: { csv: `userName,displayName,email,groups\n${rows}` } });

/** Of the directory, by name. */
async function groupIdOf(name: string) {
  const { groups } = await admin()(listDirectoryGroups, { query: { startsWith: name } });
  const found = groups.find((group) => group.name === name);
  if (found === undefined) throw new Error(`there is no group ${name}`);
  return found.groupId;
}

/** A policy that shows the recordings of jonas. */
async function showJonasTo(principal: Principal) {
  const principals = [{ kind: 'user' as const, name: 'jonas' }];
  const rule = { ruleId: makeRuleId(clock), name: 'Jonas', viewer: principal, criteria: { principals } };
  return (await admin()(createViewingPolicy, { body: { draft: { name: 'Viewers', rules: [rule] } } })).policy;
}

async function open(recordingId: RecordingId) {
  const body = { viewerPublicKey: await newViewerKey(), around: 0 };
  const { playbackId } = await asViewer()(openPlayback, { params: { recordingId }, body });
  const request = { params: { recordingId, playbackId } };
  await asViewer()(getPlayback, request);
  await asViewer()(releaseKeys, { ...request, body: { epochs: [1] } });
  return request;
}

/** What the service answers who asks for a key, and who asks whether the playback holds. */
async function refusals(request: Awaited<ReturnType<typeof open>>) {
  const token = await stack.accessToken(viewer);
  const answers = [
    await callRaw(stack, releaseKeys, { ...request, body: { epochs: [2] } } as RawRequest<typeof releaseKeys>, token),
    await callRaw(stack, getPlayback, request, token),
  ];
  return answers.map((answer) => [answer.status, problemNameOf(answer)]);
}

/** `action outcome` of the releases of single keys. */
async function releasedCount(): Promise<number> {
  const days = new Set([
    new Date().toISOString().slice(0, 10),
    new Date(Date.now() - 60_000).toISOString().slice(0, 10),
  ]);
  const rows = (await Promise.all([...days].map((day) => truth.rows('Audit', `AUDIT#${day}`)))).flat();
  return rows.filter((row) => (row.data as { action?: string }).action === 'playback.epoch-key-release').length;
}

interface Withdrawal {
  policy: { policyId: PolicyId };
  withdraw(): Promise<unknown>;
  /** Where what was withdrawn would outlast the test. */
  restore?(): Promise<unknown>;
}

const hidden = [404, 'recording-not-found'];
const roleless = [403, 'role-missing'];

describe('a right that is withdrawn while a recording is played', () => {
  beforeEach(async () => {
    await importPeople(`${viewer.username},Vic Visitor,vic@example.com,${auditors}`);
    await assign([{ kind: 'user', name: viewer.username }]);
  });

  const ways = [
    {
      way: 'the role is taken away',
      id: 'ROL-008',
      refused: roleless,
      withdraw: async () => {
        const policy = await showJonasTo({ kind: 'user', name: viewer.username });
        return { policy, withdraw: () => assign([]) };
      },
    },
    {
      way: 'the viewing policy is deleted, and another is there',
      id: 'VIEW-004',
      refused: hidden,
      withdraw: async () => {
        const policy = await showJonasTo({ kind: 'user', name: viewer.username });
        const other = await showJonasTo({ kind: 'user', name: people.reviewer.username });
        const request = { params: { policyId: policy.policyId } };
        return { policy: other, withdraw: () => admin()(deleteViewingPolicy, request) };
      },
    },
    {
      way: 'the viewer leaves the group that the policy names',
      id: 'VIEW-004',
      refused: hidden,
      withdraw: async () => {
        const policy = await showJonasTo({ kind: 'group', name: auditors });
        return { policy, withdraw: () => importPeople(`${viewer.username},Vic Visitor,vic@example.com,Head office`) };
      },
    },
    {
      way: 'the identity provider deletes the group that holds the role',
      id: 'ROL-008',
      refused: roleless,
      withdraw: async () => {
        const policy = await showJonasTo({ kind: 'user', name: viewer.username });
        await assign([{ kind: 'group', name: auditors }]);
        const groupId = await groupIdOf(auditors);
        return { policy, withdraw: () => scim.delete(`/Groups/${groupId}`) };
      },
    },
    {
      way: 'an administrator deletes the group that the policy names',
      id: 'VIEW-004',
      refused: hidden,
      withdraw: async () => {
        const policy = await showJonasTo({ kind: 'group', name: auditors });
        const groupId = await groupIdOf(auditors);
        return { policy, withdraw: () => admin()(deleteDirectoryGroup, { params: { groupId } }) };
      },
    },
    {
      way: 'the identity provider deactivates the viewer, who holds the role by name',
      id: 'ROL-008',
      refused: [403, 'person-inactive'],
      withdraw: async () => {
        const policy = await showJonasTo({ kind: 'user', name: viewer.username });
        const { ids } = await scim.get(`/Users?filter=userName eq "${viewer.username}"`);
        const makeActive = (value: boolean) =>
          scim.patch(`/Users/${ids[0]}`, [{ op: 'replace', path: 'active', value }]);
        return { policy, withdraw: () => makeActive(false), restore: () => makeActive(true) };
      },
    },
  ];

  test.each(ways)('$id: $way: not one key more is released', async ({ withdraw: prepare, refused }) => {
    const { policy, withdraw, restore }: Withdrawal = await prepare();
    const request = await open(recordingId);
    const released = await releasedCount();
    await withdraw();
    expect(await refusals(request)).toEqual([refused, refused]);
    expect(await releasedCount()).toBe(released);
    await restore?.();
    await admin()(deleteViewingPolicy, { params: { policyId: policy.policyId } });
  });

  test.each([
    ['the viewer is not shown it any more', 'hidden'],
    ['the role is taken away', 'roleless'],
  ] as const)('VIEW-001: a live watch ends when %s, and its socket hears nothing more', async (_, how) => {
    const policy = await showJonasTo({ kind: 'user', name: viewer.username });
    const other = await showJonasTo({ kind: 'user', name: people.reviewer.username });
    const host = await RawAgent.enrol(stack);
    const liveId = await host.begin('jonas');
    const request = await open(liveId);
    const { playbackId } = request.params;
    const { watchId, channel } = await asViewer()(openWatch, { params: { recordingId: liveId }, body: { playbackId } });
    const socket = await ChannelListener.connect(channel.url);
    // The last one is never sent: the recording stays live.
    const [first, second] = await host.device.seal(liveId, [0, 1, 2].map(sampleRecords), { isStreaming: true });
    if (first === undefined || second === undefined) throw new Error('sealed above');
    await host.upload(liveId, chunkOf(first));
    await socket.hears('the first segment', ({ kind }) => kind === 'segments');
    if (how === 'hidden') await admin()(deleteViewingPolicy, { params: { policyId: policy.policyId } });
    else await assign([]);
    // As the player asks every four seconds.
    const expected = how === 'hidden' ? hidden : roleless;
    expect(await refusals(request)).toEqual([expected, expected]);
    const heard = socket.notices.length;
    const bystander = await watchAsReviewer(liveId);
    await host.upload(liveId, chunkOf(second));
    await bystander.hears('the second segment', ({ kind }) => kind === 'segments');
    expect(socket.notices).toHaveLength(heard);
    await assign([{ kind: 'user', name: viewer.username }]);
    const renewal = { params: { recordingId: liveId, watchId }, body: {} };
    const again = await callRaw(stack, renewWatch, renewal, await stack.accessToken(viewer));
    expect(problemNameOf(again)).toBe('watch-not-found');
    socket.close();
    bystander.close();
    if (how !== 'hidden') await admin()(deleteViewingPolicy, { params: { policyId: policy.policyId } });
    await admin()(deleteViewingPolicy, { params: { policyId: other.policyId } });
  });

  /** Somebody who still may watch. */
  async function watchAsReviewer(liveId: RecordingId): Promise<ChannelListener> {
    await assign([{ kind: 'user', name: people.reviewer.username }]);
    const reviewer = stack.api(people.reviewer);
    const body = { viewerPublicKey: await newViewerKey() };
    const params = { recordingId: liveId };
    const { playbackId } = await reviewer(openPlayback, { params, body });
    const { channel } = await reviewer(openWatch, { params, body: { playbackId } });
    return ChannelListener.connect(channel.url);
  }
});
