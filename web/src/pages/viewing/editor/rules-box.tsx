import { makeRuleId } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { browserIds } from '../../../api/browser-ids.ts';
import { useAddress } from '../../policies/content/use-address.ts';
import { emptyViewingRule, problemAt, type ViewingFormRule, type ViewingProblem } from '../content/viewing-form.ts';
import { RuleBox } from './rule-box.tsx';

export interface RulesBoxProps {
  rules: readonly ViewingFormRule[];
  problems: readonly ViewingProblem[];
  onChange(rules: ViewingFormRule[]): void;
}

/** The rules, of which the address may open one. */
export function RulesBox({ rules, problems, onChange }: RulesBoxProps) {
  const { t } = useTranslation();
  const [address, setAddress] = useAddress();
  const open = (ruleId: string | undefined) => setAddress({ rule: ruleId });
  const add = () => {
    const name = t('policies.wizard.default-name', { number: rules.length + 1 });
    const rule = emptyViewingRule(makeRuleId(browserIds), name);
    onChange([...rules, rule]);
    open(rule.ruleId);
  };
  const ofList = problems.find(({ pointer }) => pointer === '/rules');
  return (
    <SpaceBetween size="m">
      <Header
        variant="h2"
        counter={`(${rules.length})`}
        description={t('viewing.rule.logic')}
        actions={
          <Button iconName="add-plus" onClick={add}>
            {t('policies.rules.add')}
          </Button>
        }
      >
        {t('policies.list.rules')}
      </Header>
      {ofList !== undefined && <Alert type="error">{ofList.detail}</Alert>}
      {rules.length === 0 && <Box color="text-body-secondary">{t('viewing.rule.none')}</Box>}
      {rules.map((rule, index) => (
        <RuleBox
          key={rule.ruleId}
          rule={rule}
          place={`/rules/${index}`}
          problems={problems.filter((problem) => problemAt([problem], `/rules/${index}`) !== undefined)}
          isOpen={address.get('rule') === rule.ruleId}
          onToggle={(isOpen) => open(isOpen ? rule.ruleId : undefined)}
          onChange={(next) => onChange(rules.map((one) => (one === rule ? next : one)))}
          onRemove={() => onChange(rules.filter((one) => one !== rule))}
        />
      ))}
    </SpaceBetween>
  );
}
