import { listSessions, type Session, type SessionId, sessionIdSchema } from '@afterimage/contracts';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { formatMoment } from '../../../time/format.ts';
import { usePolling } from '../../../time/use-polling.ts';

export interface SessionChoiceProps {
  sessionId: SessionId | undefined;
  onChoose(sessionId: SessionId | undefined): void;
}

const offered = 200;

/** The newest sessions that hosts have reported. */
export function SessionChoice({ sessionId, onChoose }: SessionChoiceProps) {
  const { t, i18n } = useTranslation();
  const { api } = useSignedIn();
  const list = usePolling(
    'sessions',
    (signal) => api(listSessions, { query: { state: 'all', limit: offered } }, signal),
    undefined,
  );
  const optionOf = ({ sessionId: value, attributes, startedAt }: Session) => ({
    value,
    label: t('policies.test.session-of', { user: attributes.user.value, host: attributes.host.value }),
    description: [attributes.application?.value, formatMoment(startedAt, i18n.language)].filter(Boolean).join(' · '),
    filteringTags: [value],
  });
  const options = (list.data?.sessions ?? []).map(optionOf);
  const selected =
    sessionId === undefined
      ? null
      : (options.find(({ value }) => value === sessionId) ?? { value: sessionId, label: sessionId });
  return (
    <FormField
      label={t('policies.test.session')}
      description={t('policies.test.session-help', { count: offered })}
      {...(list.error === undefined ? {} : { errorText: t('policies.test.sessions-failed') })}
    >
      <Select
        selectedOption={selected}
        options={options}
        placeholder={t('policies.test.session-pick')}
        filteringType="auto"
        filteringPlaceholder={t('policies.test.session-find')}
        statusType={list.data === undefined && list.error === undefined ? 'loading' : 'finished'}
        loadingText={t('policies.test.sessions-loading')}
        empty={t('policies.test.no-sessions')}
        virtualScroll
        onChange={({ detail }) => onChoose(sessionIdSchema.safeParse(detail.selectedOption.value).data)}
      />
    </FormField>
  );
}
