import { listRecordingPolicies, type RecordingPolicyId, type RecordingPolicySummary } from '@afterimage/contracts';
import { useSignedIn } from '../../../session/session-context.tsx';
import { type Polled, usePolling } from '../../../time/use-polling.ts';

export interface PolicyList {
  policies: readonly RecordingPolicySummary[];
  activePolicyId: RecordingPolicyId;
  activatedAt?: string | undefined;
  activatedBy?: string | undefined;
}

/** All recording policies: the active one first, then those that people made, then those of the product. */
export function usePolicyList(): Polled<PolicyList> {
  const { api } = useSignedIn();
  return usePolling(
    'policies',
    async (signal) => {
      const list = await api(listRecordingPolicies, {}, signal);
      const rank = ({ policyId, isSystemDefined }: RecordingPolicySummary) =>
        policyId === list.activePolicyId ? 0 : isSystemDefined ? 2 : 1;
      return { ...list, policies: list.policies.toSorted((a, b) => rank(a) - rank(b)) };
    },
    undefined,
  );
}
