import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordingPolicyDraftSchema } from '@afterimage/contracts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createProgram } from '../program.ts';
import { CannedServer } from '../testing/canned-server.ts';

const policyId = 'pol_01jbbbbbbbbbbbbbbbbbbbbbbb';
const draft = recordingPolicyDraftSchema.parse({
  name: 'Finance',
  rules: [
    {
      ruleId: 'rul_01jbbbbbbbbbbbbbbbbbbbbbbb',
      name: 'Traders',
      action: 'record-with-notification',
      criteria: { principals: [{ kind: 'group', name: 'Traders' }], accessTags: ['a', 'b', 'c', 'd'] },
    },
  ],
});
const policy = {
  policyId,
  ...draft,
  isSystemDefined: false,
  version: 4,
  changedAt: '2026-11-22T10:00:00.000Z',
  changedBy: 'bea',
};

let server: CannedServer;
let home: string;

beforeEach(async () => {
  server = await CannedServer.start();
  home = mkdtempSync(join(tmpdir(), 'afterimage-cli-'));
  server.answers.set(`GET /api/v1/policies/recording/${policyId}`, { status: 200, body: { policy, isActive: true } });
});

afterEach(async () => {
  await server.stop();
  rmSync(home, { recursive: true });
});

async function run(...args: string[]) {
  let output = '';
  let errors = '';
  const program = createProgram({
    environment: { AFTERIMAGE_SERVER: server.url, AFTERIMAGE_TOKEN: 'token', XDG_CONFIG_HOME: home },
    writeOut: (text) => {
      output += text;
    },
    writeError: (text) => {
      errors += text;
    },
  });
  return { exitCode: await program.run(['policies', ...args]), output, errors };
}

describe('policies', () => {
  test('show says who changed it, and what its rules ask for', async () => {
    const { output } = await run('show', policyId);
    expect(output).toContain('4, by bea, 2026-11-22T10:00:00.000Z');
    expect(output).toContain('group Traders and a or b or c or 1 more');
  });

  test('activate says which one is to be replaced, if that is asked for', async () => {
    server.answers.set('PUT /api/v1/policies/recording/active', { status: 200, body: { activePolicyId: policyId } });
    expect((await run('activate', policyId, '--instead-of', 'do-not-record')).output).toBe(`${policyId} is active\n`);
    expect(server.seen[0]?.body).toEqual({ policyId, expectedActivePolicyId: 'do-not-record' });
  });

  test('what is exported can be imported as it is', async () => {
    const file = join(home, 'finance.json');
    expect((await run('export', policyId, '--out', file)).exitCode).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(draft);
    server.answers.set('POST /api/v1/policies/recording', { status: 201, body: { policy } });
    const { output } = await run('import', file, '--name', 'Finance 2', '--comment', 'from the test site');
    expect(output).toContain('1 rules; it is not active');
    expect(server.seen.at(-1)?.body).toEqual({ draft: { ...draft, name: 'Finance 2' }, comment: 'from the test site' });
  });

  test('export writes to standard output where no file is named', async () => {
    expect(JSON.parse((await run('export', policyId)).output)).toEqual(draft);
  });

  test('import replaces the version that it has just seen, and an active policy only when told to', async () => {
    const file = join(home, 'finance.json');
    writeFileSync(file, JSON.stringify(draft));
    const path = `PUT /api/v1/policies/recording/${policyId}`;
    server.answers.set(path, { status: 200, body: { policy: { ...policy, version: 5 }, changes: [], changeCount: 3 } });
    const { output } = await run('import', file, '--replace', policyId, '--confirm-active');
    expect(output).toContain('version 5: 3 changes');
    expect(server.seen.at(-1)?.body).toEqual({ expectedVersion: 4, draft, comment: '', confirmsActive: true });
  });

  test('import points at what is wrong and asks the server nothing', async () => {
    const file = join(home, 'faulty.json');
    const [rule] = draft.rules;
    writeFileSync(file, JSON.stringify({ ...draft, rules: [{ ...rule, criteria: {} }] }));
    const { exitCode, errors } = await run('import', file);
    expect(exitCode).toBe(2);
    expect(errors).toContain('/rules/0/criteria: must have at least one criterion');
    expect(server.seen).toEqual([]);
  });

  test('test says the decision and why each rule matches', async () => {
    const decision = {
      action: 'record-with-notification',
      policyId,
      policyName: 'Finance',
      policyVersion: 4,
      ruleId: draft.rules[0]?.ruleId,
      ruleName: 'Traders',
      matchedCriteria: ['group Traders'],
      outranked: [],
      reason: 'The session of ada on desk-7 is recorded with notification.',
      options: { uploadIntervalSeconds: 60, keyImageIntervalSeconds: 60 },
      decidedAt: '2026-11-22T10:00:00.000Z',
    };
    const by = (value: string) => ({ value, assertedBy: 'agent' });
    const criteria = [{ criterion: 'principals', matches: true, because: 'group Traders (directory)' }];
    const rules = [{ ruleId: 'rul_1', ruleName: 'Traders', action: decision.action, matches: true, criteria }];
    const body = { decision, attributes: { user: by('ada'), host: by('desk-7') }, rules };
    server.answers.set('POST /api/v1/policies/recording/tests', { status: 200, body });
    const { output } = await run(
      'test',
      '--policy',
      policyId,
      '--user',
      'ada',
      '--host',
      'desk-7',
      '--group',
      'Traders',
    );
    expect(output).toContain('record-with-notification');
    expect(output).toContain('group Traders (directory)');
    expect(server.seen[0]?.body).toMatchObject({
      policyId,
      attributes: { user: by('ada'), groups: [{ value: 'Traders', assertedBy: 'administrator' }] },
    });
  });

  test('test needs a session, and one only', async () => {
    for (const args of [[], ['--user', 'ada'], ['--session', 'ses_01jbbbbbbbbbbbbbbbbbbbbbbb', '--user', 'ada']]) {
      const { exitCode, errors } = await run('test', ...args);
      expect([exitCode, errors]).toEqual([2, expect.stringContaining('Name either a session')]);
    }
    expect(server.seen).toEqual([]);
  });
});
