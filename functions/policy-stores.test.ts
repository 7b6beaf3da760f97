import { randomBytes } from 'node:crypto';
import {
  createDynamoClient,
  DynamoDocuments,
  DynamoNoticeMessagesStore,
  DynamoRecordingPolicyStore,
  DynamoViewingPolicyStore,
} from '@afterimage/aws';
import { makePolicyId, noticeMessagesSchema, recordingPolicyDraftSchema } from '@afterimage/contracts';
import type { PolicyRevision } from '@afterimage/core';
import { DeleteCommand, type DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { startOneMachine } from './_testing/one-machine.ts';
import { manyRules } from './_testing/sample-policy.ts';
import { TestClock } from './_testing/test-clock.ts';

const clock = new TestClock();
const ids = { nowMs: () => Date.now(), randomBytes: (length: number) => new Uint8Array(randomBytes(length)) };
const savedEnvironment = { ...process.env };
let machine: Awaited<ReturnType<typeof startOneMachine>>;
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  machine = await startOneMachine();
  Object.assign(process.env, machine.environment);
  client = createDynamoClient();
});

afterAll(async () => {
  process.env = savedEnvironment;
  await machine.stop();
});

const table = (through = client) => ({ client: through, tableName: 'Configuration' });
const storeOver = (through = client) =>
  new DynamoRecordingPolicyStore(table(through), new DynamoDocuments(table(through), ids));

function revisionOf(version: number, name: string, policyId = makePolicyId(ids)): PolicyRevision {
  const content = recordingPolicyDraftSchema.parse({ name, rules: manyRules(clock, 50) });
  const stamp = { version, changedAt: '2026-11-22T10:00:00.000Z', changedBy: 'ada' };
  return { policy: { policyId, ...content, isSystemDefined: false, ...stamp }, comment: '' };
}

/** A process that dies when it has written the content, before it writes the rows. */
function dyingClient(): DynamoDBDocumentClient {
  return new Proxy(client, {
    get: (target, name) =>
      name === 'send'
        ? (command: Parameters<DynamoDBDocumentClient['send']>[0]) =>
            command instanceof TransactWriteCommand ? Promise.reject(new Error('died')) : target.send(command)
        : Reflect.get(target, name),
  });
}

const piecesOf = async (pk: string) => {
  const query = { KeyConditionExpression: 'pk = :pk AND begins_with(sk, :piece)' };
  const ExpressionAttributeValues = { ':pk': pk, ':piece': 'PIECE#' };
  const command = new QueryCommand({ TableName: 'Configuration', ...query, ExpressionAttributeValues });
  return (await client.send(command)).Items ?? [];
};

describe('of changes of the same version at the same time', () => {
  test('one recording policy is stored, and of the others nothing is left', async () => {
    const first = revisionOf(1, 'First');
    const { policyId } = first.policy;
    await storeOver().create(first);
    const names = ['Two', 'Three', 'Four'];
    const outcomes = await Promise.all(names.map((name) => storeOver().revise(revisionOf(2, name, policyId), true)));
    expect(outcomes.toSorted()).toEqual(['outdated', 'outdated', 'stored']);
    expect(await piecesOf(`POLICY#${policyId}`)).toHaveLength(2);
    const stored = names[outcomes.indexOf('stored')];
    expect(await storeOver().findCurrent(policyId)).toMatchObject({ version: 2, name: stored });
  });

  test('one viewing policy is stored, and of the others nothing is left', async () => {
    const stamp = { changedAt: '2026-11-22T10:00:00.000Z', changedBy: 'ada' };
    const store = () => new DynamoViewingPolicyStore(table(), new DynamoDocuments(table(), ids));
    const policy = { policyId: makePolicyId(ids), name: 'First', description: '', version: 1, rules: [], ...stamp };
    await store().create(policy);
    const before = (await piecesOf('VIEWING_POLICY_CONTENT')).length;
    const change = (name: string) => store().change({ ...policy, version: 2, name });
    expect((await Promise.all(['Two', 'Three'].map(change))).toSorted()).toEqual([false, true]);
    expect(await piecesOf('VIEWING_POLICY_CONTENT')).toHaveLength(before + 1);
    expect(await store().find(policy.policyId)).toMatchObject({ version: 2 });
  });

  test('one set of notice messages is stored, and of the others nothing is left', async () => {
    const store = () => new DynamoNoticeMessagesStore(table(), new DynamoDocuments(table(), ids));
    const messages = noticeMessagesSchema.parse({ version: 1 });
    const outcomes = await Promise.all([1, 2, 3].map(() => store().change(messages)));
    expect(outcomes.toSorted()).toEqual([false, false, true]);
    expect(await piecesOf('NOTICE_MESSAGES')).toHaveLength(1);
    expect(await store().find()).toMatchObject({ version: 1 });
  });
});

describe('a change of a policy that dies half-way', () => {
  test('leaves the version before, and the next one is made as if nothing had been', async () => {
    const first = revisionOf(1, 'First');
    const { policyId } = first.policy;
    await storeOver().create(first);
    const lost = revisionOf(2, 'Lost', policyId);
    await expect(storeOver(dyingClient()).revise(lost, false)).rejects.toThrow('died');
    expect(await piecesOf(`POLICY#${policyId}`)).toHaveLength(2);
    expect(await storeOver().findCurrent(policyId)).toEqual(first.policy);
    expect(await storeOver().findVersion(policyId, 2)).toBeUndefined();
    const second = revisionOf(2, 'Second', policyId);
    expect(await storeOver().revise(second, false)).toBe('stored');
    expect(await storeOver().findCurrent(policyId)).toEqual(second.policy);
    expect(await storeOver().findVersion(policyId, 1)).toEqual(first.policy);
  });

  test('leaves no policy where it was to be the first', async () => {
    const revision = revisionOf(1, 'Never');
    await expect(storeOver(dyingClient()).create(revision)).rejects.toThrow('died');
    expect(await storeOver().findCurrent(revision.policy.policyId)).toBeUndefined();
    expect((await storeOver().list()).map(({ name }) => name)).not.toContain('Never');
  });
});

describe('documents', () => {
  const schema = z.object({ text: z.string() });
  const noise = (bytes: number) => ({ text: randomBytes(bytes).toString('base64') });

  test('of more than one row come back as they were, to whoever reads them first and again', async () => {
    const document = noise(1_500_000);
    const writer = new DynamoDocuments(table(), ids);
    const ref = await writer.put('LARGE', document);
    expect(ref.pieceCount).toBeGreaterThan(3);
    const reader = new DynamoDocuments(table(), ids);
    expect(await reader.get('LARGE', ref, schema)).toEqual(document);
    expect(await reader.get('LARGE', ref, schema)).toEqual(document);
  });

  test('that were pushed out by others are read again', async () => {
    const documents = new DynamoDocuments(table(), ids);
    const all = Array.from({ length: 8 }, () => noise(1_500_000));
    const refs: Awaited<ReturnType<typeof documents.put>>[] = [];
    for (const document of all) refs.push(await documents.put('MANY', document));
    const read = async () => {
      const found = [];
      for (const ref of refs) found.push(await documents.get('MANY', ref, schema));
      return found;
    };
    expect(await read()).toEqual(all);
    expect(await read()).toEqual(all);
  });

  test('of which a piece is gone are an error, not half a document', async () => {
    const documents = new DynamoDocuments(table(), ids);
    const ref = await documents.put('TORN', noise(800_000));
    const [piece] = await piecesOf('TORN');
    await client.send(new DeleteCommand({ TableName: 'Configuration', Key: { pk: 'TORN', sk: piece?.sk } }));
    await expect(documents.get('TORN', ref, schema)).rejects.toThrow('pieces');
  });
});
