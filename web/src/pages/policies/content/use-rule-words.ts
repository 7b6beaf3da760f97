import type { AnyRecordingRule, RecordingAction, RuleCriteria, RuleOptions } from '@afterimage/contracts';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type CriterionName, type CriterionValue, criterionNames, valuesOf } from './criteria.ts';
import { useApplicationNames } from './use-application-names.ts';

/** More alternatives than these are counted, not listed. */
const shownValues = 3;

export interface RuleWords {
  action(action: RecordingAction): string;
  value(value: CriterionValue): string;
  /** `user mira, group Finance or 12 more` */
  alternatives(values: readonly CriterionValue[]): string;
  criterion(name: CriterionName): string;
  /** One line for each criterion; all of them must hold. */
  criteria(criteria: RuleCriteria): string[];
  /** What the rule does beside its action. */
  options(options: RuleOptions): string[];
  /** The whole rule as one sentence. */
  sentence(rule: Pick<AnyRecordingRule, 'action' | 'criteria'>): string;
}

/** Rules as people say them, in the language of the console. */
export function useRuleWords(): RuleWords {
  const { t, i18n } = useTranslation();
  const applicationName = useApplicationNames();
  return useMemo(() => {
    const any = new Intl.ListFormat(i18n.language, { type: 'disjunction' });
    const all = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
    const value = ({ kind, text }: CriterionValue) => {
      const name = kind === 'application' ? applicationName(text) : undefined;
      if (name !== undefined) return t('policies.words.application-named', { name, text });
      return kind === undefined ? t('policies.words.quoted', { text }) : t(`policies.words.${kind}`, { text });
    };
    const listed = (values: readonly CriterionValue[], say: (value: CriterionValue) => string) => {
      const shown = values.length > shownValues + 1 ? values.slice(0, shownValues) : values;
      const rest = values.length - shown.length;
      return any.format([...shown.map(say), ...(rest > 0 ? [t('policies.words.more', { count: rest })] : [])]);
    };
    const alternatives = (values: readonly CriterionValue[]) => listed(values, value);
    // Within a sentence: the user is one, or a member of a group.
    const being = (given: CriterionValue) =>
      given.kind === 'group' || given.kind === 'machine-group'
        ? t(`policies.words.in-${given.kind}`, { text: given.text })
        : value(given);
    const action = (name: RecordingAction) => t(`policies.action.${name}`);
    const criterion = (name: CriterionName) => t(`policies.criterion.${name}`);
    const criteria = (given: RuleCriteria) =>
      criterionNames
        .filter((name) => given[name] !== undefined)
        .map((name) => t(`policies.words.is-${name}`, { values: listed(valuesOf(given, name), being) }));
    const options = ({ recordsAudio, isLossy, hiddenApplications, allowsUserInitiated }: RuleOptions) => [
      ...(recordsAudio ? [t('policies.words.audio')] : []),
      ...(isLossy ? [t('policies.words.lossy')] : []),
      ...(hiddenApplications === undefined
        ? []
        : [
            t('policies.words.hides', {
              names: all.format(hiddenApplications.processNames),
              colour: t(`policies.colour.${hiddenApplications.maskColour}`),
            }),
          ]),
      ...(allowsUserInitiated ? [t('policies.words.user-initiated')] : []),
    ];
    const sentence = (rule: Pick<AnyRecordingRule, 'action' | 'criteria'>) => {
      const lines = criteria(rule.criteria);
      return lines.length === 0
        ? t('policies.words.everyone-sentence', { action: action(rule.action) })
        : t('policies.words.sentence', { criteria: all.format(lines), action: action(rule.action) });
    };
    return { action, value, alternatives, criterion, criteria, options, sentence };
  }, [t, i18n.language, applicationName]);
}
