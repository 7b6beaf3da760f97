import SplitPanel from '@cloudscape-design/components/split-panel';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../session/session-context.tsx';
import { ProblemAlert } from '../../shell/problem-alert.tsx';
import type { Polled } from '../../time/use-polling.ts';

export interface EntryPanelProps<T> {
  polled: Polled<T>;
  /** Until it is known whose panel this is. */
  title: string;
  titleOf(data: T): string;
  children(data: T): ReactNode;
}

/** One entry of the directory beside the list: being loaded, not to be had, or there. */
export function EntryPanel<T>({ polled: { data, error, refresh }, title, titleOf, children }: EntryPanelProps<T>) {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  return (
    <SplitPanel header={data === undefined ? title : titleOf(data)}>
      {data !== undefined ? (
        children(data)
      ) : error === undefined ? (
        <StatusIndicator type="loading">{t('directory.loading-entry')}</StatusIndicator>
      ) : (
        <ProblemAlert area="directory" error={error} onRetry={refresh} onSignIn={() => void session.signIn()} />
      )}
    </SplitPanel>
  );
}
