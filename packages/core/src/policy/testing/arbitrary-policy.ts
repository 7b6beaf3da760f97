import {
  type RecordingPolicy,
  type RuleCriteria,
  recordingActionSchema,
  recordingPolicySchema,
  type SessionAttributes,
  sessionAttributesSchema,
} from '@afterimage/contracts';
import * as fc from 'fast-check';
import type { SessionFacts } from '../session-facts.ts';

/** Few names in many spellings, so that rules and sessions often meet. */
export const name = fc.constantFrom(
  'ada',
  'Ada',
  'ADA',
  'CORP\\ada',
  'ada@corp.example',
  'grace',
  'Élodie',
  'e\u0301lodie',
  'straße',
);
const tag = fc.constantFrom('Office', 'office', 'Trusted');
export const address = fc.constantFrom(
  '10.0.0.1',
  '10.0.0.2',
  '10.0.1.1',
  '::ffff:10.0.0.1',
  '2001:db8::1',
  '2001:db8::2',
  'unknown',
);
export const range = fc.constantFrom(
  '10.0.0.1',
  '10.0.0.0/24',
  '10.0.0.0/8',
  '0.0.0.0/0',
  '10.0.0.2-10.0.1.0',
  '::ffff:10.0.0.1',
  '2001:db8::/32',
  '2001:db8::1-2001:db8::1',
);

const listOf = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });

export const criteria: fc.Arbitrary<RuleCriteria> = fc.record(
  {
    principals: listOf(fc.record({ kind: fc.constantFrom('user', 'group'), name })),
    applications: listOf(name),
    machines: listOf(fc.record({ kind: fc.constantFrom('machine', 'machine-group'), name })),
    clientAddresses: listOf(range),
    accessTags: listOf(tag),
  },
  { requiredKeys: [] },
);

const rule = fc.record({ action: fc.constantFrom(...recordingActionSchema.options), criteria });

export const policy: fc.Arbitrary<RecordingPolicy> = fc.array(rule, { maxLength: 12 }).map((rules) =>
  recordingPolicySchema.parse({
    policyId: 'do-not-record',
    name: 'Drawn by chance',
    description: '',
    isReadOnly: false,
    isSystemDefined: false,
    version: 1,
    options: { uploadIntervalSeconds: 60, keyImageIntervalSeconds: 60 },
    rules: rules.map((drawn, index) => ({ ruleId: `rule ${index}`, name: `Rule ${index}`, ...drawn })),
  }),
);

const said = <T>(value: fc.Arbitrary<T>) =>
  fc.record({ value, assertedBy: fc.constantFrom('agent', 'directory', 'administrator') });

export const attributes: fc.Arbitrary<SessionAttributes> = fc
  .record(
    {
      user: said(name),
      host: said(name),
      application: said(name),
      clientAddress: said(address),
      groups: fc.array(said(name), { maxLength: 3 }),
      machineGroups: fc.array(said(name), { maxLength: 3 }),
      accessTags: fc.array(said(tag), { maxLength: 2 }),
    },
    { requiredKeys: ['user', 'host'] },
  )
  .map((drawn) => sessionAttributesSchema.parse(drawn));

export const session: fc.Arbitrary<SessionFacts> = fc.record({ attributes, doHostGroupsCount: fc.boolean() });
