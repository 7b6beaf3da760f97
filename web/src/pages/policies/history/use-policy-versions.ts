import { listRecordingPolicyVersions, type PolicyVersion, type RecordingPolicyId } from '@afterimage/contracts';
import { useState } from 'react';
import { useSignedIn } from '../../../session/session-context.tsx';
import { type Polled, usePolling } from '../../../time/use-polling.ts';

export interface PolicyVersions {
  versions: readonly PolicyVersion[];
  hasMore: boolean;
}

/** Newest first; `loadMore` reaches further back. */
export function usePolicyVersions(policyId: RecordingPolicyId): Polled<PolicyVersions> & { loadMore(): void } {
  const { api } = useSignedIn();
  const [pages, setPages] = useState(1);
  const load = async (signal: AbortSignal): Promise<PolicyVersions> => {
    const versions: PolicyVersion[] = [];
    let hasMore = true;
    for (let page = 0; page < pages && hasMore; page++) {
      const last = versions.at(-1)?.version;
      const query = { limit: 100, ...(last === undefined ? {} : { beforeVersion: last }) };
      const answer = await api(listRecordingPolicyVersions, { params: { policyId }, query }, signal);
      versions.push(...answer.versions);
      hasMore = answer.hasMore;
    }
    return { versions, hasMore };
  };
  const polled = usePolling(`versions-${policyId}`, load, undefined);
  return {
    ...polled,
    loadMore() {
      setPages((now) => now + 1);
      polled.refresh();
    },
  };
}
