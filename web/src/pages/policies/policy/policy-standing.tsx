import { diffPolicies } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { formatMoment } from '../../../time/format.ts';
import { useChangeWords } from '../content/use-change-words.ts';
import type { LoadedPolicy, PolicyDraft } from '../content/use-policy-draft.ts';

export interface PolicyStandingProps {
  policy: LoadedPolicy;
  draft: PolicyDraft;
  onOpen(edit: string): void;
}

/** Whether there is something to save, and whether somebody else has saved meanwhile. */
export function PolicyStanding({ policy, draft, onOpen }: PolicyStandingProps) {
  const { t } = useTranslation();
  if (policy.stored.isSystemDefined) return <Alert type="info">{t('policies.system-defined-detail')}</Alert>;
  if (policy.isBehind) return <BehindAlert policy={policy} onOpen={onOpen} />;
  if (policy.hasUnsaved) return <UnsavedAlert policy={policy} draft={draft} onOpen={onOpen} />;
  if (policy.stored.isReadOnly) return <Alert type="info">{t('policies.read-only-detail')}</Alert>;
  return null;
}

function UnsavedAlert({ policy, draft, onOpen }: PolicyStandingProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const count = useChangeWords(diffPolicies(policy.base, policy.content)).length;
  const { policyId } = policy.stored;
  return (
    <Alert
      type="warning"
      header={t('policies.unsaved.title', { count })}
      action={
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="link" onClick={draft.discard}>
            {t('policies.unsaved.discard')}
          </Button>
          <Button onClick={() => void navigate(`/policies/simulate?policy=${policyId}&draft=1`)}>
            {t('policies.unsaved.simulate')}
          </Button>
          <Button variant="primary" onClick={() => onOpen('save')}>
            {t('policies.unsaved.save')}
          </Button>
        </SpaceBetween>
      }
    >
      {t('policies.unsaved.detail')}
    </Alert>
  );
}

function BehindAlert({ policy, onOpen }: Omit<PolicyStandingProps, 'draft'>) {
  const { t, i18n } = useTranslation();
  const { changedAt, changedBy, version } = policy.stored;
  const at = changedAt === undefined ? '–' : formatMoment(changedAt, i18n.language);
  return (
    <Alert
      type="error"
      header={t('policies.behind.title', { by: changedBy ?? '–', at })}
      action={<Button onClick={() => onOpen('compare')}>{t('policies.behind.compare')}</Button>}
    >
      {t('policies.behind.detail', { version })}
    </Alert>
  );
}
