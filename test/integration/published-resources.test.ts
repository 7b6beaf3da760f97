import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contracts from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ruleOf } from '../../functions/_testing/sample-policy.ts';
import { runCommand } from '../support/command-line.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { callRaw, problemNameOf } from '../support/raw-call.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';

const ids = { nowMs: () => Date.now(), randomBytes: (length: number) => new Uint8Array(randomBytes(length)) };
const startedAtMs = Date.now();

let stack: Stack;
let truth: StoredTruth;
let home: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'afterimage-catalogue-'));
  stack = await startStack();
  truth = new StoredTruth(stack);
});

afterAll(async () => {
  truth?.close();
  await stack?.close();
  rmSync(home, { recursive: true, force: true });
});

const api = () => stack.api(people.administrator);
const run = (...args: string[]) => runCommand(stack, people.administrator, 'applications', ...args);

function fileOf(name: string, content: string): string {
  const file = join(home, name);
  writeFileSync(file, content);
  return file;
}

describe('POL-041: published applications and desktops by site', () => {
  test('are imported with the operators’ program, listed by the name that people know, and removed', async () => {
    const file = fileOf('apps.csv', 'resourceId;displayName;kind\nsap.exe;SAP Finance;\ndesk-1;Office;desktop\n');
    const dry = await run('import', 'https://apps.example.com/berlin', file, '--dry-run');
    expect([dry.exitCode, dry.output]).toEqual([0, expect.stringContaining('Nothing was written.')]);
    expect((await run('sites')).output).not.toContain('berlin');
    const { exitCode, output } = await run('import', 'https://apps.example.com/berlin', file);
    expect([exitCode, output]).toEqual([0, expect.stringMatching(/^2 +0 +0 +0$/m)]);
    expect((await run('sites')).output).toMatch(/^https:\/\/apps\.example\.com\/berlin +1 +1 /m);

    const items = [{ resourceId: 'mail.exe', displayName: 'Post' }];
    expect((await run('import', '10.0.0.7', fileOf('apps.json', JSON.stringify(items)))).exitCode).toBe(0);
    expect((await run('list')).output.split('\n').map((line) => line.split(/ {2,}/)[0])).toEqual([
      'NAME',
      'Office',
      'Post',
      'SAP Finance',
      '',
    ]);
    expect((await run('list', '--find', 'finance')).output).toMatch(/^SAP Finance +application +sap\.exe +https/m);
    expect((await run('list', '--site', '10.0.0.7')).output).not.toContain('SAP');
    expect((await run('remove', '10.0.0.7')).exitCode).toBe(0);
    expect((await run('list')).output).not.toContain('Post');
    expect((await run('remove', '10.0.0.7')).exitCode).toBe(3);
  });

  test('with a fault nothing is imported, and each fault says where it is', async () => {
    const { exitCode, output } = await run(
      'import',
      'apps-2',
      fileOf('wrong.csv', 'resourceId,displayName,kind\na,A,\nb,B,printer\n'),
    );
    expect([exitCode, output]).toEqual([3, expect.stringMatching(/^3 +kind +/m)]);
    expect((await run('sites')).output).not.toContain('apps-2');
    const file = fileOf('good.csv', 'resourceId,displayName\na,A\n');
    expect((await run('import', 'no address', file)).errors).toContain('/siteAddress');
  });

  test('a rule that holds the id decides the session that a host begins with it', async () => {
    const body = {
      siteAddress: 'apps-3',
      content: 'resourceId,displayName\npayroll.exe,Payroll 2026\n',
    };
    await api()(contracts.importPublishedResources, { body });
    const { resources } = await api()(contracts.listPublishedResources, { query: { find: 'payroll 20' } });
    const applications = resources.map(({ resourceId }) => resourceId);
    const rules = [ruleOf(ids, { name: 'Payroll', action: 'record-without-notification', criteria: { applications } })];
    const { policy } = await api()(contracts.createRecordingPolicy, { body: { draft: { rules } } });
    await api()(contracts.activateRecordingPolicy, { body: { policyId: policy.policyId } });
    const agent = await RawAgent.enrol(stack);
    const actionFor = async (application: string) => {
      const session = agent.sessionBody();
      const attributes = { ...session.attributes, application: { value: application, assertedBy: 'agent' as const } };
      return (await agent.call(contracts.startSession, { body: { ...session, attributes } })).json.decision.action;
    };
    expect(await actionFor('PAYROLL.EXE')).toBe('record-without-notification');
    expect(await actionFor('Payroll 2026')).toBe('do-not-record');
    const named = await api()(contracts.namePublishedResources, { body: { resourceIds: applications } });
    expect(named.resources).toMatchObject([{ displayName: 'Payroll 2026', siteAddress: 'apps-3' }]);
  });

  test('who imported and removed what is on record', async () => {
    const days = new Set([startedAtMs, Date.now()].map((ms) => new Date(ms).toISOString().slice(0, 10)));
    const rows = (await Promise.all([...days].map((day) => truth.rows('Audit', `AUDIT#${day}`)))).flat();
    const told = rows.map(({ data }) => data as { action?: string; details?: object });
    expect(told).toContainEqual(
      expect.objectContaining({
        action: 'published-resource.import',
        details: { siteAddress: 'apps-3', isDryRun: 'false' },
      }),
    );
    expect(told.map(({ action }) => action)).toContain('published-resource.delete');
  });
});

/** LoggingWriter is the service's own, and given to nobody. */
const rolesOfOthers = contracts.roleSchema.options.filter(
  (role) => role !== 'PolicyAdministrator' && role !== 'LoggingWriter',
);

describe('POL-053: who may read what sites publish', () => {
  test.each(rolesOfOthers)('not whoever has the role %s alone', async (role) => {
    const visitor = { kind: 'user' as const, name: people.visitor.username };
    await api()(contracts.assignRole, { params: { role }, body: { members: [visitor] } });
    const token = await stack.accessToken(people.visitor);
    const answers = [
      await callRaw(stack, contracts.listPublishedResources, {}, token),
      await callRaw(stack, contracts.listPublishingSites, {}, token),
      await callRaw(stack, contracts.namePublishedResources, { body: { resourceIds: ['sap.exe'] } }, token),
    ];
    expect(answers.map(problemNameOf)).toEqual(['role-missing', 'role-missing', 'role-missing']);
    await api()(contracts.assignRole, { params: { role }, body: { members: [] } });
  });

  test('policy administrators, with no role beside it', async () => {
    const visitor = { kind: 'user' as const, name: people.visitor.username };
    await api()(contracts.assignRole, { params: { role: 'PolicyAdministrator' }, body: { members: [visitor] } });
    const { resources } = await stack.api(people.visitor)(contracts.listPublishedResources, {});
    expect(resources.map(({ displayName }) => displayName)).toContain('SAP Finance');
  });
});
