import {
  type AnyRecordingRule,
  activateRecordingPolicy,
  getRecordingPolicy,
  listRecordingPolicies,
  type RecordingPolicy,
  type RuleCriteria,
} from '@afterimage/contracts';
import { formatFacts, formatTable } from '../output/table.ts';
import type { AddCommands } from '../program.ts';
import { addPolicyDocuments } from './policy-documents.ts';
import { parsePolicyId } from './policy-id.ts';
import { addPolicyTest } from './policy-test.ts';

export const addPolicyCommands: AddCommands = (program, _host, context) => {
  const policies = program
    .command('policies')
    .description('recording policies: lists, shows and activates them, takes them out and in, tries them out');
  policies
    .command('list')
    .description('recording policies and which one is active')
    .action(async () => {
      const { api, print } = context();
      print(await api(listRecordingPolicies, {}), ({ policies: all, activePolicyId }) =>
        formatTable(
          ['ID', 'NAME', 'VERSION', 'RULES', 'ACTIVE'],
          all.map(({ policyId, name, version, ruleCount }) => [
            policyId,
            name,
            String(version),
            String(ruleCount),
            policyId === activePolicyId ? 'yes' : '',
          ]),
        ),
      );
    });
  policies
    .command('show <id>')
    .description('a recording policy with its rules')
    .action(async (id: string) => {
      const { api, print } = context();
      const answer = await api(getRecordingPolicy, { params: { policyId: parsePolicyId(id) } });
      print(answer, ({ policy, isActive }) => describePolicy(policy, isActive));
    });
  policies
    .command('activate <id>')
    .description('for sessions that start from now on')
    .option('--instead-of <id>', 'only if this one is still active')
    .action(async (id: string, { insteadOf }: { insteadOf?: string }) => {
      const expected = insteadOf === undefined ? {} : { expectedActivePolicyId: parsePolicyId(insteadOf) };
      const body = { policyId: parsePolicyId(id), ...expected };
      const { api, print } = context();
      print(await api(activateRecordingPolicy, { body }), ({ activePolicyId }) => `${activePolicyId} is active\n`);
    });
  addPolicyDocuments(policies, context);
  addPolicyTest(policies, context);
};

function describePolicy(policy: RecordingPolicy, isActive: boolean): string {
  const { policyId, name, description, version, changedBy, changedAt, isReadOnly, rules } = policy;
  const facts = formatFacts([
    ['Policy', policyId],
    ['Name', name],
    ['Description', description],
    ['Version', changedBy === undefined ? String(version) : `${version}, by ${changedBy}, ${changedAt}`],
    ['Active', isActive ? 'yes' : 'no'],
    ['Read-only', isReadOnly ? 'yes' : 'no'],
  ]);
  return `${facts}\n${formatTable(['RULE', 'NAME', 'ACTION', 'CRITERIA'], rules.map(ruleRow))}`;
}

function ruleRow({ ruleId, name, action, criteria }: AnyRecordingRule): string[] {
  return [ruleId, name, action, describeCriteria(criteria)];
}

const shownPerCriterion = 3;

function describeCriteria(criteria: RuleCriteria): string {
  const named = (all: readonly { kind: string; name: string }[]) => all.map(({ kind, name }) => `${kind} ${name}`);
  const { principals = [], machines = [], applications = [], clientAddresses = [], accessTags = [] } = criteria;
  const lists = [named(principals), applications, named(machines), clientAddresses, accessTags];
  const described = lists.filter((list) => list.length > 0).map(shorten);
  return described.length === 0 ? 'everybody' : described.join(' and ');
}

function shorten(values: readonly string[]): string {
  const more = values.length - shownPerCriterion;
  return `${values.slice(0, shownPerCriterion).join(' or ')}${more > 0 ? ` or ${more} more` : ''}`;
}
