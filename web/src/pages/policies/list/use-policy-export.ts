import { getRecordingPolicy, type RecordingPolicyId } from '@afterimage/contracts';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { useNotify } from '../../../shell/notifications.tsx';
import { download, fileNameOf } from '../content/download.ts';
import { contentOf } from '../content/policy-content.ts';

/** Saves a policy as the document that the import takes. */
export function usePolicyExport(): (policyId: RecordingPolicyId) => Promise<void> {
  const { api } = useSignedIn();
  const { t } = useTranslation();
  const notify = useNotify();
  return async (policyId) => {
    try {
      const { policy } = await api(getRecordingPolicy, { params: { policyId } });
      const { isReadOnly: _, ...document } = contentOf(policy);
      download(fileNameOf(policy.name, 'json'), 'application/json', `${JSON.stringify(document, null, 2)}\n`);
    } catch {
      notify({ type: 'error', text: t('policies.export.failed') });
    }
  };
}
