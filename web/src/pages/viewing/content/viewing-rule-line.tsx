import type { ViewingRule } from '@afterimage/contracts';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { useRuleWords } from '../../policies/content/use-rule-words.ts';
import { showsNothing } from './viewing-form.ts';

/** Who sees what by a rule, as a sentence. */
export function ViewingRuleLine({ rule }: { rule: Pick<ViewingRule, 'viewer' | 'criteria'> }) {
  const { t, i18n } = useTranslation();
  const words = useRuleWords();
  const { kind, name } = rule.viewer;
  const viewer = name.trim() === '' ? t('viewing.rule.somebody') : words.value({ kind, text: name });
  if (showsNothing(rule)) {
    return <StatusIndicator type="warning">{t('viewing.rule.line-nothing', { viewer })}</StatusIndicator>;
  }
  const whose = new Intl.ListFormat(i18n.language, { type: 'disjunction' }).format(words.criteria(rule.criteria));
  return <span className="policy-name">{t('viewing.rule.line', { viewer, whose })}</span>;
}

export function ViewingRuleLines({ rules }: { rules: readonly ViewingRule[] }) {
  return (
    <ul className="policy-points">
      {rules.map((rule) => (
        <li key={rule.ruleId}>
          <ViewingRuleLine rule={rule} />
        </li>
      ))}
    </ul>
  );
}
