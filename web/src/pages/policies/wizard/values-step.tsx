import { addressRangeSchema, labelSchema, type Machine, type Principal } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import type { CriterionName } from '../content/criteria.ts';
import { useApplicationNames } from '../content/use-application-names.ts';
import { useRuleWords } from '../content/use-rule-words.ts';
import type { WizardStepProps } from './action-step.tsx';
import { useSuggestions } from './use-suggestions.ts';
import { KindValueInput, TextValueInput } from './value-input.tsx';

/** What each criterion lists. */
export function ValuesStep({ form, onChange, problems }: WizardStepProps) {
  const { t } = useTranslation();
  const words = useRuleWords();
  return (
    <SpaceBetween size="l">
      {form.chosen.map((name, index) => (
        <Container
          key={name}
          header={
            <Header variant="h2" description={t(`policies.criterion-help.${name}`)}>
              {index > 0 && `${t('policies.words.and')} `}
              {words.criterion(name)}
            </Header>
          }
        >
          <SpaceBetween size="m">
            <CriterionInput
              name={name}
              form={form}
              onChange={onChange}
              error={problems?.empty.includes(name) === true ? t('policies.wizard.wrong.empty') : undefined}
            />
            {name === 'applications' && <Alert type="info">{t('policies.wizard.prelaunch')}</Alert>}
          </SpaceBetween>
        </Container>
      ))}
    </SpaceBetween>
  );
}

interface CriterionInputProps extends Pick<WizardStepProps, 'form' | 'onChange'> {
  name: CriterionName;
  error: string | undefined;
}

/** The contract takes no more in one criterion. */
const mostValues = 1_000;
const principalKinds: readonly Principal['kind'][] = ['user', 'group'];
const machineKinds: readonly Machine['kind'][] = ['machine', 'machine-group'];

function CriterionInput({ name, form, onChange, error }: CriterionInputProps) {
  const { t } = useTranslation();
  const suggest = useSuggestions();
  const applicationName = useApplicationNames();
  const { values } = form;
  const keep = (changed: Partial<typeof values>) => onChange({ values: { ...values, ...changed } });
  const common = { label: t(`policies.criterion.${name}`), error };
  switch (name) {
    case 'principals':
      return (
        <KindValueInput
          {...common}
          kinds={principalKinds}
          values={values.principals}
          onChange={(principals) => keep({ principals: principals.slice(0, mostValues) })}
          suggest={suggest.principals}
        />
      );
    case 'machines':
      return (
        <KindValueInput
          {...common}
          kinds={machineKinds}
          values={values.machines}
          onChange={(machines) => keep({ machines: machines.slice(0, mostValues) })}
          suggest={suggest.machines}
        />
      );
    case 'applications':
      return (
        <TextValueInput
          {...common}
          values={values.applications}
          nameOf={applicationName}
          onChange={(applications) => keep({ applications: applications.slice(0, mostValues) })}
          check={(text) => labelSchema.safeParse(text).success}
          wrong={t('policies.wizard.wrong.label')}
          suggest={suggest.applications}
        />
      );
    case 'clientAddresses':
      return (
        <TextValueInput
          {...common}
          values={values.clientAddresses}
          onChange={(clientAddresses) => keep({ clientAddresses: clientAddresses.slice(0, mostValues) })}
          check={(text) => addressRangeSchema.safeParse(text).success}
          wrong={t('policies.wizard.wrong.address')}
          placeholder="10.0.0.0/8, 192.168.1.10-192.168.1.20, 2001:db8::/32"
          suggest={suggest.nothing}
        />
      );
    case 'accessTags':
      return (
        <TextValueInput
          {...common}
          values={values.accessTags}
          onChange={(accessTags) => keep({ accessTags: accessTags.slice(0, mostValues) })}
          check={(text) => labelSchema.safeParse(text).success}
          wrong={t('policies.wizard.wrong.label')}
          suggest={suggest.accessTags}
        />
      );
  }
}
