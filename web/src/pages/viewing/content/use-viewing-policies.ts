import { listViewingPolicies, type ViewingPolicy } from '@afterimage/contracts';
import { useSignedIn } from '../../../session/session-context.tsx';
import { type Polled, usePolling } from '../../../time/use-polling.ts';

export interface ViewingPolicies {
  policies: readonly ViewingPolicy[];
  areOn: boolean;
}

/** Loaded anew for each policy that is opened, so that one begins with what is in force. */
export function useViewingPolicies(opened: string): Polled<ViewingPolicies> {
  const { api } = useSignedIn();
  return usePolling(`viewing-${opened}`, (signal) => api(listViewingPolicies, {}, signal), undefined);
}
