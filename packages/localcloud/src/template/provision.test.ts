import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ResourceProvider, TemplateResource } from '../kernel/types.ts';
import { provisionAssembly } from './provision.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'localcloud-assembly-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Writes an assembly of the given templates; a stack depends on those listed before it, and is named last first. */
function writeAssembly(templates: Record<string, object>): void {
  mkdirSync(directory, { recursive: true });
  const names = Object.keys(templates);
  const artifacts: Record<string, object> = {};
  for (const [index, name] of [...names.entries()].reverse()) {
    writeFileSync(join(directory, `${name}.json`), JSON.stringify(templates[name]));
    const dependencies = names.slice(0, index);
    artifacts[name] = { type: 'aws:cloudformation:stack', dependencies, properties: { templateFile: `${name}.json` } };
  }
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
}

/** A provider that takes anything named `Name` or `Peer` and records what it was given. */
function recordingProvider(type: string, seen: TemplateResource[]): ResourceProvider {
  return {
    type,
    understood: ['Name', 'Peer'],
    harmless: { Tags: 'for people' },
    async provision(resource) {
      seen.push(resource);
      return { ref: `ref-${resource.logicalId}`, attributes: { Arn: `arn-${resource.logicalId}` } };
    },
  };
}

async function provision(seen: TemplateResource[], ...types: string[]) {
  return provisionAssembly({
    assemblyDirectory: directory,
    endpoint: 'http://127.0.0.1:4566',
    kernel: { physicalName: (stackName, logicalId) => `${stackName}-${logicalId}` },
    providers: types.map((type) => recordingProvider(type, seen)),
  });
}

describe('provisioning', () => {
  test('creates resources after what they refer to, and stacks after what they import from', async () => {
    writeAssembly({
      Data: {
        Resources: {
          Third: { Type: 'T::A', Properties: { Name: { 'Fn::Sub': '$'.concat('{Second.Arn}!') } } },
          Second: { Type: 'T::A', DependsOn: ['First'] },
          First: { Type: 'T::A' },
        },
        Outputs: { Out: { Value: { 'Fn::GetAtt': ['Third', 'Arn'] }, Export: { Name: 'Data:Third' } } },
      },
      Service: {
        Resources: { User: { Type: 'T::A', Properties: { Peer: { 'Fn::ImportValue': 'Data:Third' } } } },
        Outputs: { Url: { Value: 'https://abc.execute-api.us-east-1.amazonaws.com' } },
      },
    });
    const seen: TemplateResource[] = [];
    const { outputs } = await provision(seen, 'T::A');
    expect(seen.map(({ logicalId }) => logicalId)).toEqual(['First', 'Second', 'Third', 'User']);
    expect(seen[2]?.properties).toEqual({ Name: 'arn-Second!' });
    expect(seen[3]?.properties).toEqual({ Peer: 'arn-Third' });
    expect(outputs).toEqual({
      Data: { Out: 'arn-Third' },
      Service: { Url: 'http://127.0.0.1:4566/_execute-api/abc' },
    });
  });

  test('names every type and property that it does not understand, and creates nothing', async () => {
    writeAssembly({
      Data: {
        Resources: {
          Known: { Type: 'T::A', Properties: { Name: 'x', Tags: [], Colour: 'red' } },
          Strange: { Type: 'T::B' },
        },
      },
    });
    const seen: TemplateResource[] = [];
    await expect(provision(seen, 'T::A')).rejects.toThrow(
      /Stack Data, resource Known: the property Colour of T::A is not understood\.[\s\S]*resource Strange: the type T::B is not understood/,
    );
    expect(seen).toEqual([]);
  });

  test('skips resources and outputs whose condition does not hold', async () => {
    writeAssembly({
      Data: {
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Resources: { Gone: { Type: 'T::A', Condition: 'Never' }, Here: { Type: 'T::A' } },
        Outputs: { Gone: { Value: 'x', Condition: 'Never' } },
      },
    });
    const seen: TemplateResource[] = [];
    const { outputs } = await provision(seen, 'T::A');
    expect(seen.map(({ logicalId }) => logicalId)).toEqual(['Here']);
    expect(outputs).toEqual({ Data: {} });
  });

  test('names the stack, the resource and its type when one fails', async () => {
    writeAssembly({ Data: { Resources: { Bad: { Type: 'T::A', Properties: { Name: { Ref: 'Nobody' } } } } } });
    await expect(provision([], 'T::A')).rejects.toThrow(
      'Stack Data, resource Bad (T::A): The name Nobody does not exist.',
    );
  });

  test('names a circular dependency along its path', async () => {
    writeAssembly({
      Data: {
        Resources: {
          One: { Type: 'T::A', Properties: { Peer: { Ref: 'Two' } } },
          Two: { Type: 'T::A', Properties: { Peer: { Ref: 'One' } } },
        },
      },
    });
    await expect(provision([], 'T::A')).rejects.toThrow('One -> Two -> One');
  });

  test.each([
    ['a template section', { Transform: 'AWS::Serverless', Resources: {} }, /section Transform/],
    ['a rule', { Rules: { Mine: {} }, Resources: {} }, /section Rules/],
    ['an attribute of a resource', { Resources: { A: { Type: 'T::A', UpdatePolicy: {} } } }, /UpdatePolicy/],
  ])('refuses %s that it would have to act on', async (_what, template, message) => {
    writeAssembly({ Data: template });
    await expect(provision([], 'T::A')).rejects.toThrow(message);
  });
});

describe('the functions behind custom resources', () => {
  const behindToken = {
    Handler: {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'python3.13', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
    },
    Role: { Type: 'T::A' },
    Deployment: { Type: 'Custom::Deployment', Properties: { ServiceToken: { 'Fn::GetAtt': ['Handler', 'Arn'] } } },
  };
  const deployment: ResourceProvider = {
    type: 'Custom::Deployment',
    understood: ['ServiceToken'],
    harmless: {},
    provision: async () => ({ ref: 'deployed', attributes: {} }),
  };

  async function provisionWith(resources: object) {
    writeAssembly({ Data: { Resources: resources } });
    return provisionAssembly({
      assemblyDirectory: directory,
      endpoint: 'http://127.0.0.1:4566',
      kernel: { physicalName: (stackName, logicalId) => `${stackName}-${logicalId}` },
      providers: [deployment, recordingProvider('T::A', [])],
    });
  }

  test('are accepted without a runtime, and their roles are left out of the judgement', async () => {
    expect((await provisionWith(behindToken)).unjudgedRoles).toEqual(['ref-Role']);
  });

  test('are ordinary functions as soon as anything else refers to them', async () => {
    const shared = { ...behindToken, Caller: { Type: 'T::A', Properties: { Peer: { Ref: 'Handler' } } } };
    await expect(provisionWith(shared)).rejects.toThrow('the type AWS::Lambda::Function is not understood');
  });
});
