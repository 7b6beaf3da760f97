import { listRecordingCommands, type RecordingCommand } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { isSignedOut, ProblemAlert } from '../../../shell/problem-alert.tsx';
import { usePageFrame } from '../../../shell/shell.tsx';
import { usePolling } from '../../../time/use-polling.ts';
import { useCommandColumns } from './command-columns.tsx';

const refreshIntervalMs = 5000;
const batchSize = 100;

/** DYN-010: who had which recording started or stopped, and what became of it. */
export default function CommandsPage() {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  const { data, error, refresh, loadMore } = useCommandLog();
  const columns = useCommandColumns();
  const title = t('sessions.log.title');
  usePageFrame({ title, contentType: 'table' });
  if (error !== undefined && (data === undefined || isSignedOut(error))) {
    return (
      <ContentLayout header={<Header variant="h1">{title}</Header>}>
        <ProblemAlert area="sessions" error={error} onRetry={refresh} onSignIn={() => void session.signIn()} />
      </ContentLayout>
    );
  }
  return (
    <Table
      variant="full-page"
      stickyHeader
      wrapLines
      items={data?.commands ?? []}
      columnDefinitions={columns}
      trackBy="commandId"
      loading={data === undefined}
      loadingText={t('sessions.log.loading')}
      ariaLabels={{ tableLabel: title }}
      empty={
        <Box textAlign="center" color="inherit" padding={{ vertical: 'xl' }}>
          <Box variant="strong" display="block">
            {t('sessions.log.empty')}
          </Box>
          {t('sessions.log.empty-detail')}
        </Box>
      }
      header={
        <Header
          variant="awsui-h1-sticky"
          description={t(error === undefined ? 'sessions.log.description' : 'recordings.stale')}
          actions={<Button iconName="refresh" ariaLabel={t('recordings.refresh')} onClick={refresh} />}
        >
          {title}
        </Header>
      }
      footer={
        data?.hasMore === true ? (
          <Box textAlign="center">
            <Button onClick={loadMore}>{t('sessions.log.more')}</Button>
          </Box>
        ) : undefined
      }
    />
  );
}

/** Commands, newest first and kept up to date; `loadMore` reaches further back. */
function useCommandLog() {
  const { api } = useSignedIn();
  const [batches, setBatches] = useState(1);
  const polled = usePolling(
    'commands',
    async (signal) => {
      const commands: RecordingCommand[] = [];
      let cursor: string | undefined;
      for (let batch = 0; batch < batches && (batch === 0 || cursor !== undefined); batch++) {
        const from = cursor === undefined ? {} : { cursor };
        const page = await api(listRecordingCommands, { query: { limit: batchSize, ...from } }, signal);
        commands.push(...page.commands);
        cursor = page.cursor;
      }
      return { commands, hasMore: cursor !== undefined };
    },
    refreshIntervalMs,
  );
  const loadMore = () => {
    setBatches((now) => now + 1);
    polled.refresh();
  };
  return { ...polled, loadMore };
}
