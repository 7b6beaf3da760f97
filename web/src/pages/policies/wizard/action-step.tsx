import { type RecordingAction, recordingActionSchema } from '@afterimage/contracts';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { ActionLabel } from '../content/action-label.tsx';
import { type RuleForm, type RuleFormProblems, recordsScreen } from './rule-form.ts';

export interface WizardStepProps {
  form: RuleForm;
  onChange(change: Partial<RuleForm>): void;
  /** Undefined until somebody wants to go on. */
  problems: RuleFormProblems | undefined;
}

const actions: readonly RecordingAction[] = [
  'record-with-notification',
  'record-without-notification',
  'record-events-with-notification',
  'record-events-without-notification',
  'do-not-record',
];

export function ActionStep({ form, onChange, problems }: WizardStepProps) {
  const { t } = useTranslation();
  const wrong = (name: string | undefined) =>
    name === undefined ? {} : { errorText: t(`policies.wizard.wrong.${name}`) };
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{t('policies.wizard.action.box')}</Header>}>
        <SpaceBetween size="l">
          <FormField
            label={t('policies.rules.name')}
            description={t('policies.wizard.name-help')}
            {...wrong(problems?.name)}
          >
            <Input value={form.name} onChange={({ detail }) => onChange({ name: detail.value.slice(0, 256) })} />
          </FormField>
          <FormField label={t('policies.wizard.action.label')} {...wrong(problems?.action)}>
            <RadioGroup
              value={form.action ?? null}
              onChange={({ detail }) => onChange({ action: recordingActionSchema.parse(detail.value) })}
              items={actions.map((value) => ({
                value,
                label: <ActionLabel action={value} />,
                description: t(`policies.action-help.${value}`),
              }))}
            />
          </FormField>
        </SpaceBetween>
      </Container>
      {form.action !== undefined && <OptionsBox form={form} onChange={onChange} problems={problems} />}
    </SpaceBetween>
  );
}

function OptionsBox({ form, onChange, problems }: WizardStepProps) {
  const { t } = useTranslation();
  return (
    <Container header={<Header variant="h2">{t('policies.wizard.action.options')}</Header>}>
      <SpaceBetween size="m">
        {recordsScreen(form) && (
          <>
            <Checkbox
              checked={form.recordsAudio}
              description={t('policies.wizard.audio-help')}
              onChange={({ detail }) => onChange({ recordsAudio: detail.checked })}
            >
              {t('policies.wizard.audio')}
            </Checkbox>
            <Checkbox
              checked={form.isLossy}
              description={t('policies.wizard.lossy-help')}
              onChange={({ detail }) => onChange({ isLossy: detail.checked })}
            >
              {t('policies.wizard.lossy')}
            </Checkbox>
            <Checkbox
              checked={form.hidesApplications}
              description={t('policies.wizard.hide-help')}
              onChange={({ detail }) => onChange({ hidesApplications: detail.checked })}
            >
              {t('policies.wizard.hide')}
            </Checkbox>
            {form.hidesApplications && <HiddenApplicationsFields form={form} onChange={onChange} problems={problems} />}
          </>
        )}
        <Checkbox
          checked={form.allowsUserInitiated}
          description={t('policies.wizard.user-initiated-help')}
          onChange={({ detail }) => onChange({ allowsUserInitiated: detail.checked })}
        >
          {t('policies.wizard.user-initiated')}
        </Checkbox>
      </SpaceBetween>
    </Container>
  );
}

function HiddenApplicationsFields({ form, onChange, problems }: WizardStepProps) {
  const { t } = useTranslation();
  const isWrong = problems?.hiddenNames !== undefined || /[/\\]/.test(form.hiddenNames);
  return (
    <div className="policy-sub-options">
      <SpaceBetween size="m">
        <FormField
          label={t('policies.wizard.hidden-names')}
          description={t('policies.wizard.hidden-names-help')}
          {...(isWrong ? { errorText: t('policies.wizard.wrong.hidden-names') } : {})}
        >
          <Input
            value={form.hiddenNames}
            placeholder="keepassxc; outlook.exe"
            spellcheck={false}
            onChange={({ detail }) => onChange({ hiddenNames: detail.value })}
          />
        </FormField>
        <FormField label={t('policies.wizard.mask-colour')}>
          <RadioGroup
            direction="horizontal"
            value={form.maskColour}
            onChange={({ detail }) =>
              onChange({ maskColour: detail.value === 'white' || detail.value === 'gray' ? detail.value : 'black' })
            }
            items={(['black', 'gray', 'white'] as const).map((value) => ({
              value,
              label: (
                <span className="policy-colour">
                  <span className="policy-swatch" data-colour={value} />
                  {t(`policies.colour.${value}`)}
                </span>
              ),
            }))}
          />
        </FormField>
      </SpaceBetween>
    </div>
  );
}
