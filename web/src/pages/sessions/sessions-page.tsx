import type { RecordingCommand, Session } from '@afterimage/contracts';
import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../session/session-context.tsx';
import { isSignedOut, ProblemAlert } from '../../shell/problem-alert.tsx';
import { usePageFrame } from '../../shell/shell.tsx';
import { useAddress } from '../policies/content/use-address.ts';
import { SessionDialogs, type SessionQuestion } from './command/session-dialogs.tsx';
import { NameFilter } from './name-filter.tsx';
import { SessionPanel } from './panel/session-panel.tsx';
import { useSessionColumns } from './session-columns.tsx';
import { useSessionList } from './use-session-list.ts';

const pageSize = 50;
const none: readonly Session[] = [];

/** Sessions that run now: how each is recorded, and starting or stopping that (DYN-001). */
export default function SessionsPage() {
  const { t } = useTranslation();
  const { session: signIn } = useSignedIn();
  const [address, setAddress] = useAddress();
  const [question, setQuestion] = useState<SessionQuestion>();
  const [chosenIds, setChosenIds] = useState<readonly string[]>([]);
  const filter = { user: address.get('user') ?? '', host: address.get('host') ?? '' };
  const list = useSessionList(filter);
  const sessions = list.data?.sessions ?? none;
  const chosen = sessions.filter(({ sessionId }) => chosenIds.includes(sessionId));
  const shownId = address.get('session') ?? undefined;
  const title = t('sessions.title');
  usePageFrame({
    title,
    contentType: 'table',
    ...(shownId === undefined ? {} : { splitPanel: <SessionPanel sessionId={shownId} onAsk={setQuestion} /> }),
    isSplitPanelOpen: shownId !== undefined,
    onSplitPanelToggle: (isOpen) => isOpen || setAddress({ session: undefined }),
  });
  const show = useCallback(({ sessionId }: Session) => setAddress({ session: sessionId }), [setAddress]);
  const columns = useSessionColumns(show);
  const isFiltered = filter.user !== '' || filter.host !== '';
  const { items, paginationProps, collectionProps } = useCollection(sessions, {
    filtering: {
      empty: <Empty isFiltered={isFiltered} onClear={() => setAddress({ user: undefined, host: undefined })} />,
    },
    pagination: { pageSize },
    sorting: {},
  });

  if (list.error !== undefined && (list.data === undefined || isSignedOut(list.error))) {
    return (
      <ContentLayout header={<Header variant="h1">{title}</Header>}>
        <ProblemAlert area="sessions" error={list.error} onRetry={list.refresh} onSignIn={() => void signIn.signIn()} />
      </ContentLayout>
    );
  }
  const hasMore = list.data?.hasMore === true;
  const ask = (action: RecordingCommand['action']) => setQuestion({ kind: 'ask', action, sessions: chosen });
  return (
    <>
      <Table
        {...collectionProps}
        variant="full-page"
        stickyHeader
        wrapLines
        selectionType="multi"
        selectedItems={chosen}
        onSelectionChange={({ detail }) => setChosenIds(detail.selectedItems.map(({ sessionId }) => sessionId))}
        items={items}
        columnDefinitions={columns}
        trackBy="sessionId"
        loading={list.data === undefined}
        loadingText={t('sessions.loading')}
        ariaLabels={{
          tableLabel: title,
          selectionGroupLabel: t('sessions.selection'),
          allItemsSelectionLabel: () => t('sessions.select-all'),
          itemSelectionLabel: (_, { attributes }) =>
            t('sessions.session-of', { user: attributes.user.value, host: attributes.host.value }),
        }}
        header={
          <Header
            variant="awsui-h1-sticky"
            {...(list.data === undefined ? {} : { counter: counterOf(chosen.length, sessions.length, hasMore) })}
            description={t(list.error === undefined ? 'sessions.description' : 'recordings.stale')}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel={t('recordings.refresh')} onClick={list.refresh} />
                <Button disabled={chosen.length === 0} onClick={() => ask('stop')}>
                  {t('sessions.stop.ask')}
                </Button>
                <Button variant="primary" disabled={chosen.length === 0} onClick={() => ask('start')}>
                  {t('sessions.start.ask')}
                </Button>
              </SpaceBetween>
            }
          >
            {title}
          </Header>
        }
        filter={
          <Grid gridDefinition={[{ colspan: { default: 6, l: 4 } }, { colspan: { default: 6, l: 4 } }]}>
            <NameFilter
              label={t('sessions.column.user')}
              name={filter.user}
              known={sessions.map(({ attributes }) => attributes.user.value)}
              onChange={(user) => setAddress({ user })}
            />
            <NameFilter
              label={t('sessions.column.host')}
              name={filter.host}
              known={sessions.map(({ attributes }) => attributes.host.value)}
              onChange={(host) => setAddress({ host })}
            />
          </Grid>
        }
        pagination={
          <Pagination
            {...paginationProps}
            openEnd={hasMore}
            onNextPageClick={({ detail }) => detail.requestedPageAvailable || list.loadMore()}
          />
        }
      />
      <SessionDialogs
        question={question}
        listed={sessions}
        onAsk={setQuestion}
        onClose={() => setQuestion(undefined)}
        onChanged={() => {
          setChosenIds([]);
          list.refresh();
        }}
      />
    </>
  );
}

function counterOf(chosen: number, all: number, hasMore: boolean): string {
  const total = `${all}${hasMore ? '+' : ''}`;
  return chosen === 0 ? `(${total})` : `(${chosen}/${total})`;
}

function Empty({ isFiltered, onClear }: { isFiltered: boolean; onClear(): void }) {
  const { t } = useTranslation();
  return (
    <Box textAlign="center" color="inherit" padding={{ vertical: 'xl' }}>
      <SpaceBetween size="xs">
        <Box variant="strong">{t(isFiltered ? 'sessions.no-match' : 'sessions.empty')}</Box>
        {isFiltered ? (
          <Button onClick={onClear}>{t('recordings.clear-filter')}</Button>
        ) : (
          <Box variant="p" color="inherit">
            {t('sessions.empty-detail')}
          </Box>
        )}
      </SpaceBetween>
    </Box>
  );
}
