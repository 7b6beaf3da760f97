import Alert from '@cloudscape-design/components/alert';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { asCriterionValues, criterionNames } from '../content/criteria.ts';
import { useRuleWords } from '../content/use-rule-words.ts';
import type { WizardStepProps } from './action-step.tsx';

/** Which criteria the rule has; one that lists something already says what (POL-068). */
export function CriteriaStep({ form, onChange, problems }: WizardStepProps) {
  const { t } = useTranslation();
  const words = useRuleWords();
  const pick = (name: (typeof criterionNames)[number], isPicked: boolean) =>
    onChange({ chosen: criterionNames.filter((one) => (one === name ? isPicked : form.chosen.includes(one))) });
  return (
    <Container
      header={
        <Header variant="h2" description={t('policies.wizard.criteria.logic')}>
          {t('policies.wizard.criteria.box')}
        </Header>
      }
    >
      <FormField
        {...(problems?.chosen === undefined ? {} : { errorText: t('policies.wizard.wrong.no-criterion') })}
        stretch
      >
        <SpaceBetween size="m">
          {criterionNames.map((name) => {
            const listed = form.values[name];
            return (
              <Checkbox
                key={name}
                checked={form.chosen.includes(name)}
                onChange={({ detail }) => pick(name, detail.checked)}
                description={
                  listed.length > 0
                    ? t('policies.wizard.criteria.now', { values: words.alternatives(asCriterionValues(name, listed)) })
                    : t(`policies.criterion-help.${name}`)
                }
              >
                {words.criterion(name)}
              </Checkbox>
            );
          })}
          {form.chosen.includes('applications') && <Alert type="info">{t('policies.wizard.prelaunch')}</Alert>}
        </SpaceBetween>
      </FormField>
    </Container>
  );
}
