import { type Recording, recordingStateSchema } from '@afterimage/contracts';
import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { useSignedIn } from '../../session/session-context.tsx';
import { isSignedOut, ProblemAlert } from '../../shell/problem-alert.tsx';
import { usePageFrame } from '../../shell/shell.tsx';
import { useRecordingColumns } from './recording-columns.tsx';
import { RecordingPanel } from './recording-panel.tsx';
import { useRecordingList } from './use-recording-list.ts';

const pageSize = 50;
const none: readonly Recording[] = [];

/** The list: live recordings first. Filter, selection and search live in the URL, so that every view can be linked. */
export default function RecordingsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { session } = useSignedIn();
  const [parameters, setParameters] = useSearchParams();
  const state = recordingStateSchema.safeParse(parameters.get('state')).data;
  const list = useRecordingList(state);
  const recordings = list.data?.recordings ?? none;
  const serviceAheadMs = list.data?.serviceAheadMs ?? 0;
  const selected = recordings.find(({ recordingId }) => recordingId === parameters.get('selected'));
  const setParameter = (name: string, value: string | undefined) =>
    setParameters(
      (now) => {
        const next = new URLSearchParams(now);
        if (value === undefined || value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const select = (recording: Recording | undefined) => setParameter('selected', recording?.recordingId);
  const open = (recording: Recording) => void navigate(`/recordings/${recording.recordingId}`);
  const title = t(state === undefined ? 'recordings.title' : `recordings.title-${state}`);
  usePageFrame({
    title,
    contentType: 'table',
    splitPanel: <RecordingPanel recording={selected} serviceAheadMs={serviceAheadMs} onChanged={list.refresh} />,
    isSplitPanelOpen: selected !== undefined,
    onSplitPanelToggle: (isOpen) => isOpen || select(undefined),
  });
  const columns = useRecordingColumns(serviceAheadMs);
  const { items, filterProps, paginationProps, collectionProps, filteredItemsCount, actions } = useCollection(
    recordings,
    {
      filtering: {
        defaultFilteringText: parameters.get('find') ?? '',
        filteringFunction: matchesText,
        empty: <Empty isFiltered={state !== undefined} />,
        noMatch: <NoMatch onClear={() => clearFilter()} />,
      },
      pagination: { pageSize },
      sorting: {},
      selection: { trackBy: 'recordingId' },
    },
  );
  const clearFilter = () => {
    actions.setFiltering('');
    setParameter('find', undefined);
  };

  if (list.error !== undefined && (list.data === undefined || isSignedOut(list.error))) {
    return (
      <ContentLayout header={<Header variant="h1">{title}</Header>}>
        <ProblemAlert error={list.error} onRetry={list.refresh} onSignIn={() => void session.signIn()} />
      </ContentLayout>
    );
  }
  const hasMore = list.data?.hasMore === true;
  return (
    <Table
      {...collectionProps}
      variant="full-page"
      stickyHeader
      resizableColumns
      selectionType="single"
      selectedItems={selected === undefined ? [] : [selected]}
      onSelectionChange={({ detail }) => select(detail.selectedItems[0])}
      onRowClick={({ detail }) => select(detail.item)}
      items={items}
      columnDefinitions={columns}
      trackBy="recordingId"
      loading={list.data === undefined}
      loadingText={t('recordings.loading')}
      ariaLabels={{
        tableLabel: title,
        selectionGroupLabel: t('recordings.selection'),
        itemSelectionLabel: (_, item) => `${item.attributes.user.value}, ${item.attributes.host.value}`,
      }}
      header={
        <Header
          variant="awsui-h1-sticky"
          {...(list.data === undefined ? {} : { counter: `(${recordings.length}${hasMore ? '+' : ''})` })}
          description={t(list.error === undefined ? 'recordings.description' : 'recordings.stale')}
          actions={
            <ListActions onRefresh={list.refresh} onPlay={selected === undefined ? undefined : () => open(selected)} />
          }
        >
          {title}
        </Header>
      }
      filter={
        <TextFilter
          {...filterProps}
          filteringPlaceholder={t('recordings.find')}
          filteringAriaLabel={t('recordings.find')}
          countText={t('recordings.matches', { count: filteredItemsCount ?? 0 })}
          onDelayedChange={({ detail }) => setParameter('find', detail.filteringText)}
        />
      }
      pagination={
        <Pagination
          {...paginationProps}
          openEnd={hasMore}
          onNextPageClick={({ detail }) => detail.requestedPageAvailable || list.loadMore()}
        />
      }
    />
  );
}

function ListActions({ onRefresh, onPlay }: { onRefresh(): void; onPlay: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button iconName="refresh" ariaLabel={t('recordings.refresh')} onClick={onRefresh} />
      <Button variant="primary" iconName="play" disabled={onPlay === undefined} onClick={() => onPlay?.()}>
        {t('recordings.play')}
      </Button>
    </SpaceBetween>
  );
}

function matchesText(recording: Recording, text: string): boolean {
  const { user, host, client, application } = recording.attributes;
  const fields = [recording.recordingId, user.value, host.value, client?.value, application?.value];
  const wanted = text.trim().toLowerCase();
  return fields.some((field) => field?.toLowerCase().includes(wanted));
}

function NoMatch({ onClear }: { onClear(): void }) {
  const { t } = useTranslation();
  return (
    <Nothing title={t('recordings.no-match')}>
      <Button onClick={onClear}>{t('recordings.clear-filter')}</Button>
    </Nothing>
  );
}

function Empty({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation();
  const text = isFiltered ? 'recordings.empty-state' : 'recordings.empty';
  return (
    <Nothing title={t(text)}>
      <Box variant="p" color="inherit">
        {t(`${text}-detail`)}
      </Box>
    </Nothing>
  );
}

function Nothing({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box textAlign="center" color="inherit" padding={{ vertical: 'xl' }}>
      <SpaceBetween size="xs">
        <Box variant="strong">{title}</Box>
        {children}
      </SpaceBetween>
    </Box>
  );
}
