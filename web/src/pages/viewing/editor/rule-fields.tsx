import { labelSchema, type Machine, type Principal } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useApplicationNames } from '../../policies/content/use-application-names.ts';
import { useSuggestions } from '../../policies/wizard/use-suggestions.ts';
import { KindValueInput, TextValueInput } from '../../policies/wizard/value-input.tsx';
import { problemAt, showsNothing, type ViewingFormRule, type ViewingProblem } from '../content/viewing-form.ts';
import { ViewerInput } from './viewer-input.tsx';

export interface RuleFieldsProps {
  rule: ViewingFormRule;
  /** JSON pointer of the rule in the draft. */
  place: string;
  problems: readonly ViewingProblem[];
  onChange(rule: ViewingFormRule): void;
}

const principalKinds: readonly Principal['kind'][] = ['user', 'group'];
const machineKinds: readonly Machine['kind'][] = ['machine', 'machine-group'];

/** One viewer, and the three kinds of lists (VIEW-006, VIEW-008). */
export function RuleFields({ rule, place, problems, onChange }: RuleFieldsProps) {
  const { t } = useTranslation();
  const suggest = useSuggestions();
  const applicationName = useApplicationNames();
  const wrong = (path: string) => problemAt(problems, `${place}/${path}`);
  const keep = (criteria: Partial<ViewingFormRule['criteria']>) =>
    onChange({ ...rule, criteria: { ...rule.criteria, ...criteria } });
  const { principals, applications, machines } = rule.criteria;
  return (
    <SpaceBetween size="l">
      <FormField
        label={t('viewing.rule.name')}
        {...(wrong('name') === undefined ? {} : { errorText: t('policies.wizard.wrong.name') })}
      >
        <Input value={rule.name} onChange={({ detail }) => onChange({ ...rule, name: detail.value.slice(0, 256) })} />
      </FormField>
      <ViewerInput
        viewer={rule.viewer}
        error={wrong('viewer') === undefined ? undefined : t('viewing.wrong.viewer')}
        suggest={suggest.principals}
        onChange={(viewer) => onChange({ ...rule, viewer })}
      />
      <div>
        <Box variant="h4">{t('viewing.rule.whose')}</Box>
        <Box color="text-body-secondary">{t('viewing.rule.either')}</Box>
      </div>
      {showsNothing(rule) && <Alert type="warning">{t('viewing.rule.nothing')}</Alert>}
      <Criterion name="principals">
        <KindValueInput
          label={t('policies.criterion.principals')}
          error={wrong('criteria/principals')?.detail}
          kinds={principalKinds}
          values={principals}
          onChange={(next) => keep({ principals: next })}
          suggest={suggest.principals}
        />
      </Criterion>
      <Criterion name="applications">
        <TextValueInput
          label={t('viewing.rule.application')}
          error={wrong('criteria/applications')?.detail}
          values={applications}
          nameOf={applicationName}
          onChange={(next) => keep({ applications: next })}
          check={(text) => labelSchema.safeParse(text).success}
          wrong={t('policies.wizard.wrong.label')}
          suggest={suggest.applications}
        />
      </Criterion>
      <Criterion name="machines">
        <KindValueInput
          label={t('policies.criterion.machines')}
          error={wrong('criteria/machines')?.detail}
          kinds={machineKinds}
          values={machines}
          onChange={(next) => keep({ machines: next })}
          suggest={suggest.machines}
        />
      </Criterion>
    </SpaceBetween>
  );
}

function Criterion({ name, children }: { name: keyof ViewingFormRule['criteria']; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <SpaceBetween size="xs">
      <div>
        <Box variant="awsui-key-label">{t(`policies.criterion.${name}`)}</Box>
        <Box variant="small" color="text-body-secondary">
          {t(`viewing.rule.criterion-help.${name}`)}
        </Box>
      </div>
      {children}
    </SpaceBetween>
  );
}
