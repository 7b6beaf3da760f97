import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useTranslation } from 'react-i18next';
import { problemAt, type ViewingForm, type ViewingProblem } from '../content/viewing-form.ts';

export interface DetailsBoxProps {
  form: ViewingForm;
  problems: readonly ViewingProblem[];
  onChange(change: Partial<ViewingForm>): void;
}

export function DetailsBox({ form, problems, onChange }: DetailsBoxProps) {
  const { t } = useTranslation();
  const isNameWrong = problemAt(problems, '/name') !== undefined;
  const description = problemAt(problems, '/description');
  return (
    <Container header={<Header variant="h2">{t('policies.details.title')}</Header>}>
      <SpaceBetween size="m">
        <FormField
          label={t('policies.details.name')}
          {...(isNameWrong ? { errorText: t('policies.details.name-error') } : {})}
        >
          <Input value={form.name} onChange={({ detail }) => onChange({ name: detail.value.slice(0, 256) })} />
        </FormField>
        <FormField
          label={t('policies.details.description')}
          description={t('policies.details.description-help')}
          {...(description === undefined ? {} : { errorText: description.detail })}
        >
          <Textarea
            value={form.description}
            rows={2}
            onChange={({ detail }) => onChange({ description: detail.value.slice(0, 1000) })}
          />
        </FormField>
      </SpaceBetween>
    </Container>
  );
}
