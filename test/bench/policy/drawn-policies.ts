import {
  makePolicyId,
  makeRuleId,
  type RecordingPolicy,
  type RuleCriteria,
  recordingActionSchema,
  recordingPolicySchema,
  sessionAttributesSchema,
} from '@afterimage/contracts';
import type { SessionFacts } from '@afterimage/core';
import type { SeededRandom } from '../../../demo/seeded-random.ts';

/** A company: how many there are of what its rules name. */
const users = 5_000;
const groups = 500;
const applications = 200;
const machines = 1_000;
const machineGroups = 50;

const number = (random: SeededRandom, below: number) => Math.floor(random.next() * below);
const some = <T>(random: SeededRandom, most: number, draw: () => T): T[] =>
  Array.from({ length: 1 + number(random, most) }, draw);

/** One to three criteria of one to four items each; four fifths of all rules are about users and groups. */
export function drawPolicy(random: SeededRandom, ruleCount: number): RecordingPolicy {
  const ids = {
    nowMs: () => Date.parse('2026-11-22T10:00:00.000Z'),
    randomBytes: (length: number) => Uint8Array.from({ length }, () => number(random, 256)),
  };
  const actions = recordingActionSchema.options;
  return policyOf(
    Array.from({ length: ruleCount }, (_, index) => ({
      ruleId: makeRuleId(ids),
      name: `Rule ${index}`,
      action: actions[number(random, actions.length)],
      criteria: drawCriteria(random),
    })),
    makePolicyId(ids),
  );
}

/** Every rule matches every session of `drawSession`: whatever is looked up first is found. */
export function policyOfAll(random: SeededRandom, ruleCount: number): RecordingPolicy {
  const { rules, policyId } = drawPolicy(random, ruleCount);
  const all: RuleCriteria = { clientAddresses: ['0.0.0.0/0'], accessTags: ['Managed', 'Office'] };
  return policyOf(
    rules.map((rule) => ({ ...rule, criteria: all })),
    policyId,
  );
}

function policyOf(rules: object[], policyId: string): RecordingPolicy {
  return recordingPolicySchema.parse({
    policyId,
    name: 'Drawn by chance',
    description: '',
    isReadOnly: false,
    isSystemDefined: false,
    version: 1,
    options: { uploadIntervalSeconds: 60, keyImageIntervalSeconds: 60 },
    rules,
  });
}

function drawCriteria(random: SeededRandom): RuleCriteria {
  const list = <T>(draw: () => T) => some(random, 4, draw);
  const criteria: RuleCriteria = {};
  if (random.next() < 0.8) {
    criteria.principals = list(() =>
      random.next() < 0.5
        ? { kind: 'user', name: `user-${number(random, users)}` }
        : { kind: 'group', name: `Group ${number(random, groups)}` },
    );
  }
  if (random.next() < 0.3) criteria.applications = list(() => `Application ${number(random, applications)}`);
  if (random.next() < 0.2) {
    criteria.machines = list(() =>
      random.next() < 0.5
        ? { kind: 'machine', name: `desk-${number(random, machines)}` }
        : { kind: 'machine-group', name: `Machines ${number(random, machineGroups)}` },
    );
  }
  if (random.next() < 0.3 || Object.keys(criteria).length === 0) {
    criteria.clientAddresses = list(
      () => `10.${number(random, 256)}.${number(random, 256)}.0/${20 + number(random, 5)}`,
    );
  }
  if (random.next() < 0.1) criteria.accessTags = ['Office'];
  return criteria;
}

/** Of a user in twenty groups. */
export function drawSession(random: SeededRandom): SessionFacts {
  const says = (value: string) => ({ value, assertedBy: 'agent' });
  const knows = (value: string) => ({ value, assertedBy: 'directory' });
  const attributes = sessionAttributesSchema.parse({
    user: says(`user-${number(random, users)}`),
    host: says(`desk-${number(random, machines)}`),
    application: says(`Application ${number(random, applications)}`),
    clientAddress: says(`10.${number(random, 256)}.${number(random, 256)}.${number(random, 256)}`),
    groups: Array.from({ length: 20 }, () => knows(`Group ${number(random, groups)}`)),
    machineGroups: [{ value: `Machines ${number(random, machineGroups)}`, assertedBy: 'administrator' }],
    accessTags: [says('Office'), says('Managed')],
  });
  return { attributes, doHostGroupsCount: false };
}
