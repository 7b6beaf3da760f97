import type { Recording } from '@afterimage/contracts';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSignedIn } from '../../session/session-context.tsx';
import { formatMoment } from '../../time/format.ts';
import { ActionLabel } from '../policies/content/action-label.tsx';

/** Who or what began the recording, and the decision under which it was made. */
export function RecordingReasons({ recording }: { recording: Recording }) {
  const { t, i18n } = useTranslation();
  const { decision } = recording;
  const { matchedCriteria } = decision;
  return (
    <div>
      <Header variant="h3">{t('recordings.panel.reasons')}</Header>
      <KeyValuePairs
        columns={2}
        items={[
          { label: t('recordings.panel.begun-by'), value: describeInitiator(recording, t) },
          { label: t('recordings.panel.decision'), value: <ActionLabel action={decision.action} /> },
          { label: t('recordings.panel.reason'), value: decision.reason },
          { label: t('recordings.panel.policy'), value: <PolicyVersion decision={decision} /> },
          {
            label: t('recordings.panel.rule'),
            value: decision.ruleId === 'fallback' ? t('policies.fallback.name') : decision.ruleName,
          },
          {
            label: t('recordings.panel.criteria'),
            value: matchedCriteria.length === 0 ? t('recordings.panel.no-criteria') : matchedCriteria.join(', '),
          },
          { label: t('recordings.panel.decided'), value: formatMoment(decision.decidedAt, i18n.language) },
        ]}
      />
    </div>
  );
}

function describeInitiator({ initiator, startedBy, commandedBy }: Recording, t: TFunction): string {
  if (startedBy !== undefined) return t('recordings.begun-by.administrator-at-host', { name: startedBy.value });
  if (commandedBy !== undefined) return t('recordings.begun-by.administrator-named', { name: commandedBy });
  return t(`recordings.begun-by.${initiator}`);
}

/** Policies have a page for those who write them alone. */
function PolicyVersion({ decision }: Pick<Recording, 'decision'>) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { roles } = useSignedIn();
  const { policyId, policyName, policyVersion } = decision;
  const text = t('recordings.panel.policy-version', { policy: policyName, version: policyVersion });
  if (!roles.includes('PolicyAdministrator')) return text;
  const href = `/policies/recording/${encodeURIComponent(policyId)}/history`;
  return (
    <Link
      href={href}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(href);
      }}
    >
      {text}
    </Link>
  );
}
