import {
  type AddressRange,
  type Asserted,
  isInRange,
  parseAddress,
  parseAddressRange,
  type RuleCriteria,
  type SessionAttributes,
} from '@afterimage/contracts';
import { foldName } from '../directory/fold-name.ts';

/** A session as a recording policy judges it. */
export interface SessionFacts {
  attributes: SessionAttributes;
  /** Whether groups count that only the host asserts. Those of the directory always do. */
  doHostGroupsCount: boolean;
}

export type CriterionName = keyof RuleCriteria;

/** In the order in which they are explained. */
export const criterionNames = [
  'principals',
  'applications',
  'machines',
  'clientAddresses',
  'accessTags',
] as const satisfies readonly CriterionName[];

/** Identical for what a criterion lists and what a session has when the one means the other. */
export type ValueKey = string;

type ValueKind = 'user' | 'group' | 'application' | 'machine' | 'machine-group' | 'access-tag';

/** Access tags are identifiers of a gateway and compared as they stand; all else is a name. */
function keyOf(kind: ValueKind, value: string): ValueKey {
  return `${kind}:${kind === 'access-tag' ? value : foldName(value)}`;
}

/** What a rule lists, beside addresses, which are compared otherwise. */
export function listValues(criteria: RuleCriteria): { criterion: CriterionName; key: ValueKey }[] {
  const { principals = [], applications = [], machines = [], accessTags = [] } = criteria;
  return [
    ...principals.map(({ kind, name }) => ({ criterion: 'principals' as const, key: keyOf(kind, name) })),
    ...applications.map((name) => ({ criterion: 'applications' as const, key: keyOf('application', name) })),
    ...machines.map(({ kind, name }) => ({ criterion: 'machines' as const, key: keyOf(kind, name) })),
    ...accessTags.map((tag) => ({ criterion: 'accessTags' as const, key: keyOf('access-tag', tag) })),
  ];
}

/** What a session has for criteria to find, each value with its words for people. */
export function gatherValues({ attributes, doHostGroupsCount }: SessionFacts): Map<ValueKey, string> {
  const values = new Map<ValueKey, string>();
  const add = (kind: ValueKind, words: string, { value, assertedBy }: Asserted) => {
    const source = kind === 'group' || kind === 'machine-group' ? ` (${sourceWords[assertedBy]})` : '';
    values.set(keyOf(kind, value), `${words} ${value}${source}`);
  };
  const { user, host, application, groups, machineGroups, accessTags } = attributes;
  add('user', 'user', user);
  add('machine', 'machine', host);
  if (application !== undefined) add('application', 'application', application);
  for (const tag of accessTags) add('access-tag', 'access tag', tag);
  const counts = ({ assertedBy }: Asserted) => assertedBy !== 'agent' || doHostGroupsCount;
  for (const group of trustedLast(groups.filter(counts))) add('group', 'group', group);
  for (const group of trustedLast(machineGroups.filter(counts))) add('machine-group', 'machine group', group);
  return values;
}

const sourceWords = { agent: 'host', directory: 'directory', administrator: 'administrator' } as const;

/** Of a group that several assert, the better source is named. */
function trustedLast(groups: readonly Asserted[]): Asserted[] {
  return [...groups].sort((a, b) => Number(b.assertedBy === 'agent') - Number(a.assertedBy === 'agent'));
}

/** Words for what a criterion finds in a session; empty when it finds nothing and so is false. */
export function findListed(
  name: CriterionName,
  criteria: RuleCriteria,
  session: SessionFacts,
  values: ReadonlyMap<ValueKey, string>,
): string[] {
  if (name === 'clientAddresses') return findAddress(criteria.clientAddresses ?? [], session);
  const keys = listValues(criteria).flatMap(({ criterion, key }) => (criterion === name ? [key] : []));
  return [...new Set(keys)].flatMap((key) => values.get(key) ?? []);
}

function findAddress(ranges: readonly string[], { attributes: { clientAddress } }: SessionFacts): string[] {
  const address = parseAddress(clientAddress?.value ?? '');
  if (clientAddress === undefined || address === undefined) return [];
  return ranges
    .filter((text) => isInRange(readRange(text), address))
    .map((text) => (text === clientAddress.value ? `address ${text}` : `address ${clientAddress.value} in ${text}`));
}

/** @throws when the text is no range, which the schema of policies does not let through */
export function readRange(text: string): AddressRange {
  const range = parseAddressRange(text);
  if (range === undefined) throw new Error('a policy lists an address range that cannot be read');
  return range;
}
