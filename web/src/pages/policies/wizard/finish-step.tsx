import type { AnyRecordingRule } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { ActionLabel } from '../content/action-label.tsx';
import { CriteriaLines } from '../content/criteria-lines.tsx';
import type { LoadedPolicy } from '../content/use-policy-draft.ts';
import { useRuleWords } from '../content/use-rule-words.ts';
import { inWinningOrder } from '../content/winning-order.ts';

/** The rule in words, and where it stands among the others. */
export function FinishStep({ rule, policy }: { rule: AnyRecordingRule; policy: LoadedPolicy }) {
  const { t } = useTranslation();
  const words = useRuleWords();
  const { rules } = policy.content;
  const isNew = rules.every(({ ruleId }) => ruleId !== rule.ruleId);
  const others = isNew ? [...rules, rule] : rules.map((one) => (one.ruleId === rule.ruleId ? rule : one));
  const place = inWinningOrder(others).findIndex(({ ruleId }) => ruleId === rule.ruleId) + 1;
  const options = words.options(rule.options);
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{rule.name}</Header>}>
        <SpaceBetween size="l">
          <Box fontSize="heading-m">{words.sentence(rule)}</Box>
          <KeyValuePairs
            columns={3}
            items={[
              { label: t('policies.rules.when'), value: <CriteriaLines criteria={rule.criteria} /> },
              { label: t('policies.rules.then'), value: <ActionLabel action={rule.action} /> },
              {
                label: t('policies.wizard.action.options'),
                value:
                  options.length === 0 ? (
                    t('policies.wizard.no-options')
                  ) : (
                    <ul className="policy-lines">
                      {options.map((line) => (
                        <li key={line}>{line}</li>
                      ))}
                    </ul>
                  ),
              },
            ]}
          />
        </SpaceBetween>
      </Container>
      <Alert type="info">
        {t('policies.wizard.place', { place, count: others.length })}{' '}
        {t(place === 1 ? 'policies.wizard.place-first' : 'policies.wizard.place-after', { count: place - 1 })}
      </Alert>
      <Alert type={policy.isActive ? 'warning' : 'info'}>
        {t(policy.isActive ? 'policies.wizard.not-saved-active' : 'policies.wizard.not-saved')}
      </Alert>
    </SpaceBetween>
  );
}
