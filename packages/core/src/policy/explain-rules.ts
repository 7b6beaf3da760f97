import { type AnyRecordingRule, parseAddress, type RecordingAction } from '@afterimage/contracts';
import { type CompiledPolicy, findMatchingPlaces } from './compile-policy.ts';
import { shorten } from './decision-words.ts';
import {
  type CriterionName,
  criterionNames,
  findListed,
  gatherValues,
  type SessionFacts,
  type ValueKey,
} from './session-facts.ts';

export interface RuleExplanation {
  ruleId: string;
  ruleName: string;
  action: RecordingAction;
  matches: boolean;
  /** Those that the rule has; none when it is for everybody. */
  criteria: CriterionExplanation[];
}

export interface CriterionExplanation {
  criterion: CriterionName;
  matches: boolean;
  /** For a person, of at most 500 characters. */
  because: string;
}

const maxExplained = 200;

/** Why each rule matches or does not: those that match, then the others, in the order in which they win. */
export function explainRules(compiled: CompiledPolicy, session: SessionFacts): RuleExplanation[] {
  const values = gatherValues(session);
  const matching = new Set(findMatchingPlaces(compiled, session, values));
  const others = [...compiled.rules.keys()].filter((place) => !matching.has(place));
  return [...matching, ...others].slice(0, maxExplained).flatMap((place) => {
    const rule = compiled.rules[place];
    return rule === undefined ? [] : [explainRule(rule, matching.has(place), session, values)];
  });
}

function explainRule(
  { ruleId, name: ruleName, action, criteria }: AnyRecordingRule,
  matches: boolean,
  session: SessionFacts,
  values: ReadonlyMap<ValueKey, string>,
): RuleExplanation {
  const explained = criterionNames
    .filter((name) => criteria[name] !== undefined)
    .map((criterion) => {
      const found = findListed(criterion, criteria, session, values);
      const because = found.length > 0 ? found.join(', ') : explainMiss(criterion, session);
      return { criterion, matches: found.length > 0, because: shorten(because, 500) };
    });
  return { ruleId, ruleName, action, matches, criteria: explained };
}

/** What the session has, as none of it is listed. */
function explainMiss(criterion: CriterionName, { attributes, doHostGroupsCount }: SessionFacts): string {
  const { user, host, application, groups, accessTags, clientAddress } = attributes;
  switch (criterion) {
    case 'principals': {
      const claimed = doHostGroupsCount ? 0 : groups.filter(({ assertedBy }) => assertedBy === 'agent').length;
      return `neither user ${user.value} nor a group that counts is listed${explainClaims(claimed)}`;
    }
    case 'applications':
      return application === undefined
        ? 'the session was begun without an application'
        : `application ${application.value} is not listed`;
    case 'machines':
      return `neither machine ${host.value} nor a group of it is listed`;
    case 'clientAddresses':
      if (clientAddress === undefined) return 'the address of the client is not known';
      return parseAddress(clientAddress.value) === undefined
        ? `${clientAddress.value} is no address`
        : `address ${clientAddress.value} is in no range that is listed`;
    case 'accessTags':
      return accessTags.length === 0 ? 'the session has no access tag' : 'no access tag of the session is listed';
  }
}

function explainClaims(count: number): string {
  if (count === 0) return '';
  return `; ${count === 1 ? '1 group that only the host asserts does' : `${count} groups that only the host asserts do`} not count`;
}
