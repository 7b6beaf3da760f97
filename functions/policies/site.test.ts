import * as contracts from '@afterimage/contracts';
import { builtInNotices } from '@afterimage/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callRoute } from '../_testing/call-route.ts';
import { startOneMachine } from '../_testing/one-machine.ts';
import { TestClock } from '../_testing/test-clock.ts';

const clock = new TestClock();
let machine: Awaited<ReturnType<typeof startOneMachine>>;
let policies: Awaited<ReturnType<typeof load>>['handler'];
const savedEnvironment = { ...process.env };
const load = () => import('./handler.ts');

beforeAll(async () => {
  machine = await startOneMachine();
  Object.assign(process.env, machine.environment);
  policies = (await load()).handler;
});

afterAll(async () => {
  process.env = savedEnvironment;
  await machine.stop();
});

const problemOf = ({ status, problem }: { status: number; problem: { type?: string } }) =>
  `${status} ${problem.type?.replace('urn:afterimage:problem:', '')}`;
const settings = (body: contracts.RouteRequest<typeof contracts.changeSiteSettings>['body']) =>
  callRoute(policies, contracts.changeSiteSettings, { body });
const viewer = { kind: 'group' as const, name: 'Auditors' };
const rule = (criteria: contracts.ViewingCriteria = {}) => ({
  ruleId: contracts.makeRuleId(clock),
  name: 'Rule',
  viewer,
  criteria,
});

describe('site settings', () => {
  test('are off in a new deployment', async () => {
    expect((await callRoute(policies, contracts.getSiteSettings)).json.settings).toEqual({
      areViewingPoliciesOn: false,
      doHostGroupsCount: false,
    });
  });

  test('are changed one by one; what is left out stays, also when two people change two at once', async () => {
    await Promise.all([settings({ areViewingPoliciesOn: true }), settings({ doHostGroupsCount: true })]);
    expect((await callRoute(policies, contracts.getSiteSettings)).json.settings).toEqual({
      areViewingPoliciesOn: true,
      doHostGroupsCount: true,
    });
    expect((await settings({ areViewingPoliciesOn: false, doHostGroupsCount: false })).json.settings).toEqual({
      areViewingPoliciesOn: false,
      doHostGroupsCount: false,
    });
    expect((await settings({})).status).toBe(200);
  });
});

describe('viewing policies', () => {
  const create = (draft: contracts.RouteRequest<typeof contracts.createViewingPolicy>['body']['draft']) =>
    callRoute(policies, contracts.createViewingPolicy, { body: { draft } });

  test('VIEW-003: there are none at first', async () => {
    expect((await callRoute(policies, contracts.listViewingPolicies)).json).toEqual({ policies: [], areOn: false });
  });

  test('VIEW-002: none can be made, changed or deleted while they are switched off; those that there are stay', async () => {
    await settings({ areViewingPoliciesOn: true });
    const { policyId } = (await create({ name: 'Kept' })).json.policy;
    await settings({ areViewingPoliciesOn: false });
    const params = { policyId };
    expect(problemOf(await create({ name: 'Late' }))).toBe('409 viewing-policies-off');
    const changed = await callRoute(policies, contracts.changeViewingPolicy, {
      params,
      body: { expectedVersion: 1, draft: {} },
    });
    expect(problemOf(changed)).toBe('409 viewing-policies-off');
    const removed = await callRoute(policies, contracts.deleteViewingPolicy, { params });
    expect(problemOf(removed)).toBe('409 viewing-policies-off');
    const { json } = await callRoute(policies, contracts.listViewingPolicies);
    expect(json).toMatchObject({ areOn: false, policies: [{ policyId, name: 'Kept', version: 1 }] });
    await settings({ areViewingPoliciesOn: true });
    expect((await callRoute(policies, contracts.deleteViewingPolicy, { params })).status).toBe(204);
  });

  test('VIEW-005: are created, renamed, given rules and deleted, each with its version', async () => {
    const { policyId, ...made } = (await create({})).json.policy;
    expect(made).toMatchObject({ name: 'New policy', rules: [], version: 1, changedBy: 'root' });
    const params = { policyId };
    const draft = { name: 'Finance', rules: [rule({ principals: [viewer] }), rule()] };
    const change = (expectedVersion: number, person = 'bea') =>
      callRoute(policies, contracts.changeViewingPolicy, { params, body: { expectedVersion, draft } }, { person });
    expect((await change(1)).json.policy).toMatchObject({ ...draft, version: 2, changedBy: 'bea' });
    const second = await change(1, 'cid');
    expect(problemOf(second)).toBe('409 policy-changed');
    expect(second.problem.detail).toContain('bea made version 2');
    expect((await callRoute(policies, contracts.deleteViewingPolicy, { params })).status).toBe(204);
    expect(problemOf(await callRoute(policies, contracts.deleteViewingPolicy, { params }))).toBe(
      '404 policy-not-found',
    );
    expect(problemOf(await change(2))).toBe('404 policy-not-found');
  });

  test('VIEW-006: a rule has exactly one viewer', async () => {
    const { viewer: _viewer, ...nobody } = rule();
    const several = { ...rule(), viewer: [viewer, viewer] };
    for (const faulty of [nobody, several]) {
      const answer = await callRoute(policies, contracts.createViewingPolicy, {
        body: { draft: { rules: [faulty] } } as never,
      });
      expect(problemOf(answer)).toBe('400 invalid-request');
      expect(answer.problem.errors?.map(({ pointer }) => pointer)).toEqual(['/draft/rules/0/viewer']);
    }
  });

  test('VIEW-008: addresses and access tags are no criteria of a rule', async () => {
    for (const criteria of [{ clientAddresses: ['10.0.0.1'] }, { accessTags: ['home'] }]) {
      const answer = await callRoute(policies, contracts.createViewingPolicy, {
        body: { draft: { rules: [{ ...rule(), criteria }] } } as never,
      });
      expect(problemOf(answer)).toBe('400 invalid-request');
    }
  });

  test('a policy of many rules is kept as it was sent', async () => {
    const rules = Array.from({ length: 1000 }, (_, index) => {
      clock.advance(1);
      return rule({ principals: [{ kind: 'user', name: `user-${index}` }], applications: [`App ${index}`] });
    });
    const { policyId } = (await create({ name: 'Many', rules })).json.policy;
    const { json } = await callRoute(policies, contracts.listViewingPolicies);
    expect(json.policies.find((policy) => policy.policyId === policyId)?.rules).toEqual(rules);
  });
});

describe('notice messages', () => {
  const change = (body: contracts.RouteRequest<typeof contracts.changeNoticeMessages>['body'], person = 'root') =>
    callRoute(policies, contracts.changeNoticeMessages, { body }, { person });
  const text = { title: 'Recorded', body: 'This is recorded.' };

  test('NTF-002: ask for no consent at first, and the built-in texts stand in for what nobody wrote', async () => {
    const { json } = await callRoute(policies, contracts.getNoticeMessages);
    expect(json.messages).toEqual({ version: 0, requiresConsent: false, messages: [] });
    expect(json.builtIn).toEqual(builtInNotices);
  });

  test('NTF-005, NTF-006: are changed as the next version, with one message for each language', async () => {
    const messages = [
      { ...text, language: 'de' },
      { ...text, language: 'pt-BR' },
    ];
    const first = await change(
      { expectedVersion: 0, draft: { requiresConsent: true, fallback: text, messages } },
      'bea',
    );
    expect(first.json.messages).toMatchObject({ version: 1, changedBy: 'bea', requiresConsent: true, messages });
    expect((await callRoute(policies, contracts.getNoticeMessages)).json.messages).toEqual(first.json.messages);
    const late = await change({ expectedVersion: 0, draft: {} });
    expect(problemOf(late)).toBe('409 policy-changed');
    expect(late.problem.detail).toContain('by bea');
    expect((await change({ expectedVersion: 1, draft: {} })).json.messages).toMatchObject({ version: 2, messages: [] });
  });

  test('NTF-006: a second message for a language is refused, and pointed at', async () => {
    const { version } = (await callRoute(policies, contracts.getNoticeMessages)).json.messages;
    const messages = ['de', 'en', 'de'].map((language) => ({ ...text, language }));
    const answer = await change({ expectedVersion: version, draft: { messages } });
    expect(problemOf(answer)).toBe('400 invalid-request');
    expect(answer.problem.errors?.map(({ pointer }) => pointer)).toEqual(['/draft/messages/2/language']);
  });

  test('of ten people who change them at once one has, wholly', async () => {
    const { version } = (await callRoute(policies, contracts.getNoticeMessages)).json.messages;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        change({ expectedVersion: version, draft: { fallback: { ...text, title: `By ${index}` } } }),
      ),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect((await callRoute(policies, contracts.getNoticeMessages)).json.messages).toEqual(won[0]?.json.messages);
  });

  test('a hundred long messages are kept', async () => {
    const { version } = (await callRoute(policies, contracts.getNoticeMessages)).json.messages;
    const letters = 'abcdefghij';
    const messages = Array.from({ length: 100 }, (_, index) => ({
      language: `${letters[Math.floor(index / 10)]}${letters[index % 10]}`,
      title: 'Aufzeichnung',
      body: 'ü'.repeat(4000),
    }));
    const answer = await change({ expectedVersion: version, draft: { messages } });
    expect(answer.json.messages).toMatchObject({ version: version + 1, messages });
  });
});
