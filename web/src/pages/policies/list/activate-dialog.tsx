import {
  activateRecordingPolicy,
  getRecordingPolicy,
  type RecordingPolicySummary,
  recordingActionSchema,
} from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSignedIn } from '../../../session/session-context.tsx';
import { useNotify } from '../../../shell/notifications.tsx';
import { usePolling } from '../../../time/use-polling.ts';
import { ActionLabel } from '../content/action-label.tsx';
import { AskDialog } from '../content/ask-dialog.tsx';

type Named = Pick<RecordingPolicySummary, 'policyId' | 'name'>;

export interface ActivateDialogProps {
  policy: Named;
  active: Named | undefined;
  onDone(): void;
  onCancel(): void;
}

/** Says what activating a policy does before it is done (POL-005, POL-060). */
export function ActivateDialog({ policy, active, onDone, onCancel }: ActivateDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const navigate = useNavigate();
  const notify = useNotify();
  const activate = async () => {
    const expected = active === undefined ? {} : { expectedActivePolicyId: active.policyId };
    await api(activateRecordingPolicy, { body: { policyId: policy.policyId, ...expected } });
    notify({ type: 'success', text: t('policies.activate.done', { name: policy.name }) });
    onDone();
  };
  return (
    <AskDialog
      title={t('policies.activate.title', { name: policy.name })}
      confirm={t('policies.activate.confirm')}
      onConfirm={activate}
      onCancel={onCancel}
      extra={
        <Button onClick={() => void navigate(`/policies/simulate?policy=${policy.policyId}`)}>
          {t('policies.activate.simulate')}
        </Button>
      }
    >
      <KeyValuePairs
        columns={2}
        items={[
          { label: t('policies.activate.until-now'), value: active?.name ?? '–' },
          { label: t('policies.activate.from-now'), value: policy.name },
        ]}
      />
      <RulesByAction policyId={policy.policyId} />
      <Alert type="info" header={t('policies.activate.effect-title')}>
        <ul className="policy-points">
          <li>{t('policies.activate.effect-new')}</li>
          <li>{t('policies.activate.effect-recorded')}</li>
          <li>{t('policies.activate.effect-unrecorded')}</li>
        </ul>
      </Alert>
    </AskDialog>
  );
}

/** What the policy does, counted: an administrator who picked the wrong one sees it here. */
function RulesByAction({ policyId }: Pick<Named, 'policyId'>) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const { data, error } = usePolling(
    policyId,
    (signal) => api(getRecordingPolicy, { params: { policyId } }, signal),
    undefined,
  );
  if (error !== undefined) return null;
  if (data === undefined) return <StatusIndicator type="loading">{t('policies.loading')}</StatusIndicator>;
  const { rules } = data.policy;
  const counted = recordingActionSchema.options
    .map((action) => ({ action, count: rules.filter((rule) => rule.action === action).length }))
    .filter(({ count }) => count > 0);
  return (
    <div>
      <Box variant="awsui-key-label">{t('policies.activate.rules')}</Box>
      <ul className="policy-lines">
        {counted.map(({ action, count }) => (
          <li key={action}>
            <ActionLabel action={action} /> – {t('policies.rule-count', { count })}
          </li>
        ))}
        <li>
          <Box color="text-body-secondary">
            {t(rules.length === 0 ? 'policies.activate.no-rules' : 'policies.fallback.otherwise')}
          </Box>
        </li>
      </ul>
    </div>
  );
}
