import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { Asserted, RecordingPolicy, RuleCriteria } from '@afterimage/contracts';
import type { SessionFacts } from '../session-facts.ts';

/**
 * The rules of a decision written down as plainly as they are said, without an index and with Node's own idea of
 * addresses: what the engine is compared with, in tests and in speed.
 */
export function naivelyDecide(policy: RecordingPolicy, session: SessionFacts): { ruleId: string; outranked: string[] } {
  const order = [
    'do-not-record',
    'record-with-notification',
    'record-events-with-notification',
    'record-without-notification',
    'record-events-without-notification',
  ];
  const winners: string[] = [];
  for (const action of order) {
    for (const rule of policy.rules) {
      if (rule.action === action && naivelyMatches(rule.criteria, session)) winners.push(rule.ruleId);
    }
  }
  return { ruleId: winners[0] ?? 'fallback', outranked: winners.slice(1, 101) };
}

function naivelyMatches(criteria: RuleCriteria, { attributes, doHostGroupsCount }: SessionFacts): boolean {
  const { user, host, application, clientAddress, accessTags } = attributes;
  const counting = (groups: readonly Asserted[]) =>
    groups.filter((group) => group.assertedBy !== 'agent' || doHostGroupsCount);
  const { principals, applications, machines } = criteria;
  if (principals) {
    const isUser = principals.some(({ kind, name }) => kind === 'user' && isSame(name, user.value));
    const isMember = principals.some(
      ({ kind, name }) => kind === 'group' && counting(attributes.groups).some(({ value }) => isSame(name, value)),
    );
    if (!isUser && !isMember) return false;
  }
  if (applications && !applications.some((name) => application && isSame(name, application.value))) return false;
  if (machines) {
    const isListed = machines.some(({ kind, name }) =>
      kind === 'machine'
        ? isSame(name, host.value)
        : counting(attributes.machineGroups).some(({ value }) => isSame(name, value)),
    );
    if (!isListed) return false;
  }
  if (criteria.clientAddresses) {
    if (!criteria.clientAddresses.some((range) => clientAddress && naivelyContains(range, clientAddress.value))) {
      return false;
    }
  }
  if (criteria.accessTags && !criteria.accessTags.some((tag) => accessTags.some(({ value }) => value === tag))) {
    return false;
  }
  return true;
}

const isSame = (a: string, b: string) => a.normalize('NFC').toUpperCase() === b.normalize('NFC').toUpperCase();

export function naivelyContains(range: string, address: string): boolean {
  if (!isIPv4(address) && !isIPv6(address)) return false;
  const familyOf = (text: string) => (isIPv4(text) ? 'ipv4' : 'ipv6');
  const list = new BlockList();
  if (range.includes('/')) {
    const [base = '', prefix] = range.split('/');
    list.addSubnet(base, Number(prefix), familyOf(base));
  } else if (range.includes('-')) {
    const [first = '', last = ''] = range.split('-');
    list.addRange(first, last, familyOf(first));
  } else {
    list.addAddress(range, familyOf(range));
  }
  return list.check(address, familyOf(address));
}
