import type { RecordingPolicySummary } from '@afterimage/contracts';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { PolicyQuestion } from './policy-dialogs.tsx';
import { usePolicyExport } from './use-policy-export.ts';

export interface PolicyListActionsProps {
  selected: RecordingPolicySummary | undefined;
  isActive: boolean;
  onAsk(question: PolicyQuestion): void;
  onRefresh(): void;
}

export function PolicyListActions({ selected, isActive, onAsk, onRefresh }: PolicyListActionsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const exportPolicy = usePolicyExport();
  const reasonAgainstDeletion =
    selected === undefined
      ? undefined
      : selected.isSystemDefined
        ? t('policies.list.is-system-defined')
        : isActive
          ? t('policies.list.is-active')
          : selected.isReadOnly
            ? t('policies.list.is-read-only')
            : undefined;
  const run = (id: string) => {
    if (selected === undefined) return;
    if (id === 'activate' || id === 'copy' || id === 'delete') onAsk({ kind: id, policy: selected });
    if (id === 'details') void navigate(`/policies/recording/${selected.policyId}?edit=details`);
    if (id === 'history') void navigate(`/policies/recording/${selected.policyId}/history`);
    if (id === 'simulate') void navigate(`/policies/simulate?policy=${selected.policyId}`);
    if (id === 'export') void exportPolicy(selected.policyId);
  };
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button iconName="refresh" ariaLabel={t('policies.list.refresh')} onClick={onRefresh} />
      <ButtonDropdown
        disabled={selected === undefined}
        onItemClick={({ detail }) => run(detail.id)}
        items={[
          disabledBy(
            { id: 'activate', text: t('policies.activate.ask') },
            isActive ? t('policies.list.active-already') : undefined,
          ),
          { id: 'simulate', text: t('policies.simulate.action') },
          { id: 'copy', text: t('policies.copy.ask') },
          disabledBy(
            { id: 'details', text: t('policies.details.ask') },
            selected?.isSystemDefined === true
              ? t('policies.list.is-system-defined')
              : selected?.isReadOnly === true
                ? t('policies.list.is-read-only')
                : undefined,
          ),
          { id: 'history', text: t('policies.history.action') },
          { id: 'export', text: t('policies.export.action') },
          disabledBy({ id: 'delete', text: t('policies.delete.ask') }, reasonAgainstDeletion),
        ]}
      >
        {t('policies.list.actions')}
      </ButtonDropdown>
      <Button onClick={() => onAsk({ kind: 'import' })}>{t('policies.import.ask')}</Button>
      <Button variant="primary" onClick={() => onAsk({ kind: 'create' })}>
        {t('policies.create.ask')}
      </Button>
    </SpaceBetween>
  );
}

function disabledBy(item: { id: string; text: string }, disabledReason: string | undefined) {
  return disabledReason === undefined ? item : { ...item, disabled: true, disabledReason };
}
