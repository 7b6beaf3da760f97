import { changeRecordingPolicy } from '@afterimage/contracts';
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSignedIn } from '../../../session/session-context.tsx';
import { useNotify } from '../../../shell/notifications.tsx';
import { formatMoment } from '../../../time/format.ts';
import { storableOf } from '../content/storable-policy.ts';
import type { LoadedPolicy, PolicyDraft } from '../content/use-policy-draft.ts';
import { usePolicyExport } from '../list/use-policy-export.ts';

export interface PolicyPageHeaderProps {
  policy: LoadedPolicy;
  draft: PolicyDraft;
  isEditable: boolean;
  onOpen(edit: string): void;
}

export function PolicyPageHeader({ policy, draft, isEditable, onOpen }: PolicyPageHeaderProps) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { stored, content, isActive, hasUnsaved } = policy;
  const { policyId, version, changedAt, changedBy } = stored;
  const under = `/policies/recording/${policyId}`;
  const changed =
    changedAt === undefined
      ? t('policies.version', { version })
      : t('policies.version-by', { version, by: changedBy ?? '–', at: formatMoment(changedAt, i18n.language) });
  return (
    <Header
      variant="h1"
      description={
        <>
          {content.description !== '' && <Box display="block">{content.description}</Box>}
          <SpaceBetween direction="horizontal" size="s">
            {isActive && <StatusIndicator>{t('policies.active')}</StatusIndicator>}
            {stored.isSystemDefined && <Badge>{t('policies.system-defined')}</Badge>}
            {stored.isReadOnly && !stored.isSystemDefined && <Badge>{t('policies.read-only')}</Badge>}
            <span>{changed}</span>
          </SpaceBetween>
        </>
      }
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <PolicyActions policy={policy} draft={draft} isEditable={isEditable} onOpen={onOpen} />
          <Button onClick={() => void navigate(`${under}/history`)}>{t('policies.history.action')}</Button>
          <Button onClick={() => void navigate(`/policies/test?policy=${policyId}`)}>
            {t('policies.test.action')}
          </Button>
          <Button onClick={() => void navigate(`/policies/simulate?policy=${policyId}`)}>
            {t('policies.simulate.action')}
          </Button>
          <Button
            variant="primary"
            disabled={isActive || hasUnsaved}
            disabledReason={t(isActive ? 'policies.list.active-already' : 'policies.save.first')}
            onClick={() => onOpen('activate')}
          >
            {t('policies.activate.ask')}
          </Button>
        </SpaceBetween>
      }
    >
      <span className="policy-name">{content.name}</span>
    </Header>
  );
}

function PolicyActions({ policy, draft, isEditable, onOpen }: PolicyPageHeaderProps) {
  const { t } = useTranslation();
  const exportPolicy = usePolicyExport();
  const toggleReadOnly = useReadOnlyMark(policy, draft);
  const { stored, isActive, hasUnsaved } = policy;
  const reasonAgainstChange = t(
    stored.isSystemDefined ? 'policies.list.is-system-defined' : 'policies.list.is-read-only',
  );
  const canDelete = isEditable && !isActive;
  const canMark = !stored.isSystemDefined && !hasUnsaved;
  return (
    <ButtonDropdown
      items={[
        { id: 'details', text: t('policies.details.ask'), disabled: !isEditable, disabledReason: reasonAgainstChange },
        { id: 'copy', text: t('policies.copy.ask') },
        { id: 'export', text: t('policies.export.action') },
        {
          id: 'read-only',
          text: t(stored.isReadOnly ? 'policies.read-only-off' : 'policies.read-only-on'),
          disabled: !canMark,
          disabledReason: stored.isSystemDefined ? reasonAgainstChange : t('policies.save.first'),
        },
        {
          id: 'delete',
          text: t('policies.delete.ask'),
          disabled: !canDelete,
          disabledReason: isEditable ? t('policies.list.is-active') : reasonAgainstChange,
        },
      ]}
      onItemClick={({ detail }) => {
        if (detail.id === 'export') void exportPolicy(stored.policyId);
        else if (detail.id === 'read-only') void toggleReadOnly();
        else onOpen(detail.id);
      }}
    >
      {t('policies.list.actions')}
    </ButtonDropdown>
  );
}

/** While the mark is set nothing else can be changed, so it is set and taken away by itself. */
function useReadOnlyMark({ stored }: LoadedPolicy, draft: PolicyDraft): () => Promise<void> {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  return async () => {
    try {
      const isReadOnly = !stored.isReadOnly;
      const comment = t(isReadOnly ? 'policies.read-only-on' : 'policies.read-only-off');
      const { policy } = await api(changeRecordingPolicy, {
        params: { policyId: stored.policyId },
        // The mark changes no decision: there is nothing to confirm.
        body: {
          expectedVersion: stored.version,
          draft: storableOf({ ...stored, isReadOnly }),
          comment,
          confirmsActive: true,
        },
      });
      draft.take(policy);
    } catch {
      notify({ type: 'error', text: t('policies.read-only-failed') });
      draft.reload();
    }
  };
}
