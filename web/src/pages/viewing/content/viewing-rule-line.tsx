import type { Principal, ViewingCriteria, ViewingRule } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { useRuleWords } from '../../policies/content/use-rule-words.ts';
import { showsNothing } from './viewing-form.ts';

/** Who sees what by a rule, as a sentence; of one that is still being written, with what is missing. */
export function ViewingRuleLine({ rule }: { rule: { viewer: Principal; criteria: ViewingCriteria } }) {
  const { t, i18n } = useTranslation();
  const words = useRuleWords();
  const { kind, name } = rule.viewer;
  if (name.trim() === '') return <StatusIndicator type="warning">{t('viewing.rule.no-viewer')}</StatusIndicator>;
  const viewer = t(`viewing.rule.${kind}`, { name });
  if (showsNothing(rule)) {
    return <StatusIndicator type="warning">{t('viewing.rule.line-nothing', { viewer })}</StatusIndicator>;
  }
  const listing = Object.fromEntries(Object.entries(rule.criteria).filter(([, values]) => (values?.length ?? 0) > 0));
  const whose = new Intl.ListFormat(i18n.language, { type: 'disjunction' }).format(words.criteria(listing));
  return <span className="policy-name">{t('viewing.rule.line', { viewer, whose })}</span>;
}

const shownRules = 20;

/** Rules by name, each with its sentence. Of more than twenty the others are counted. */
export function ViewingRuleLines({ rules }: { rules: readonly ViewingRule[] }) {
  const { t } = useTranslation();
  return (
    <ul className="policy-points">
      {rules.slice(0, shownRules).map((rule) => (
        <li key={rule.ruleId}>
          <Box variant="strong">{rule.name}:</Box> <ViewingRuleLine rule={rule} />
        </li>
      ))}
      {rules.length > shownRules && <li>{t('policies.words.more', { count: rules.length - shownRules })}</li>}
    </ul>
  );
}
