import {
  compareRecordingPolicyVersions,
  getRecordingPolicy,
  isSameValue,
  type RecordingPolicy,
  type RecordingPolicyId,
  recordingPolicySchema,
} from '@afterimage/contracts';
import { useState } from 'react';
import * as z from 'zod';
import { useSignedIn } from '../../../session/session-context.tsx';
import { usePolling } from '../../../time/use-polling.ts';
import { useUnsaved } from './draft-store.ts';
import { contentOf, type PolicyContent } from './policy-content.ts';

const keptDraftSchema = z.object({
  /** The version that the changes were made from. */
  baseVersion: z.int().min(1),
  content: recordingPolicySchema.pick({ name: true, description: true, isReadOnly: true, options: true, rules: true }),
});

/** What this person has changed of a policy and not saved, wherever that was. */
export function useUnsavedContent(policyId: string | undefined): PolicyContent | undefined {
  const [kept] = useUnsaved(`policy.${policyId ?? ''}`, keptDraftSchema);
  return kept?.content;
}

export interface LoadedPolicy {
  stored: RecordingPolicy;
  isActive: boolean;
  /** What the changes were made from: the stored policy, unless somebody else has saved since. */
  base: PolicyContent;
  /** With the changes that are not saved yet. */
  content: PolicyContent;
  hasUnsaved: boolean;
  /** Somebody else has saved since the changes were begun. */
  isBehind: boolean;
}

export interface PolicyDraft {
  policy: LoadedPolicy | undefined;
  error: unknown;
  edit(change: (content: PolicyContent) => PolicyContent): void;
  /** Takes this content as changes against the stored version. */
  replace(content: PolicyContent): void;
  discard(): void;
  /** What the service has now; nothing is unsaved any more. */
  take(stored: RecordingPolicy): void;
  reload(): void;
}

/** A policy with the changes that this person has not saved yet, the same on every page. */
export function usePolicyDraft(policyId: RecordingPolicyId): PolicyDraft {
  const { api } = useSignedIn();
  const [kept, keep] = useUnsaved(`policy.${policyId}`, keptDraftSchema);
  const [taken, setTaken] = useState<RecordingPolicy>();
  const loaded = usePolling(
    `policy-${policyId}`,
    (signal) => api(getRecordingPolicy, { params: { policyId } }, signal),
    undefined,
  );
  const stored = newest(loaded.data?.policy, taken?.policyId === policyId ? taken : undefined);

  const baseVersion = stored === undefined || kept?.baseVersion === stored.version ? undefined : kept?.baseVersion;
  const earlier = usePolling(
    `base-${policyId}-${baseVersion}`,
    async (signal) =>
      baseVersion === undefined
        ? undefined
        : api(compareRecordingPolicyVersions, { params: { policyId, version: baseVersion } }, signal),
    undefined,
  );

  const base = baseVersion === undefined ? stored : earlier.data?.policy;
  const policy: LoadedPolicy | undefined =
    stored === undefined || base === undefined
      ? undefined
      : {
          stored,
          isActive: loaded.data?.isActive === true,
          base: contentOf(base),
          content: kept?.content ?? contentOf(stored),
          hasUnsaved: kept !== undefined,
          isBehind: baseVersion !== undefined,
        };
  const keepAgainst = (content: PolicyContent, against: PolicyContent, version: number) =>
    keep(isSameValue(content, against) ? undefined : { baseVersion: version, content });
  return {
    policy,
    error: loaded.error ?? earlier.error,
    edit(change) {
      if (policy === undefined) return;
      keepAgainst(change(policy.content), policy.base, kept?.baseVersion ?? policy.stored.version);
    },
    replace(content) {
      if (policy !== undefined) keepAgainst(content, contentOf(policy.stored), policy.stored.version);
    },
    discard: () => keep(undefined),
    take(next) {
      setTaken(next);
      keep(undefined);
    },
    reload() {
      loaded.refresh();
      earlier.refresh();
    },
  };
}

function newest(loaded: RecordingPolicy | undefined, taken: RecordingPolicy | undefined): RecordingPolicy | undefined {
  if (loaded === undefined || taken === undefined) return loaded;
  return taken.version > loaded.version ? taken : loaded;
}
