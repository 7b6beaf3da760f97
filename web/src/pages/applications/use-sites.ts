import { listPublishingSites, type PublishingSite } from '@afterimage/contracts';
import { useSignedIn } from '../../session/session-context.tsx';
import { type Polled, usePolling } from '../../time/use-polling.ts';

/** The sites whose resources are known, by address. */
export function useSites(): Polled<readonly PublishingSite[]> {
  const { api } = useSignedIn();
  return usePolling(
    'publishing sites',
    async (signal) => (await api(listPublishingSites, {}, signal)).sites,
    undefined,
  );
}
