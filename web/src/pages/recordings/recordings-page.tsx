import { listRecordings, type Recording, recordingStateSchema } from '@afterimage/contracts';
import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { useSignedIn } from '../../session/session-context.tsx';
import { ProblemAlert } from '../../shell/problem-alert.tsx';
import { usePageFrame } from '../../shell/shell.tsx';
import { usePolling } from '../../time/use-polling.ts';
import { useRecordingColumns } from './recording-columns.tsx';
import { RecordingPanel } from './recording-panel.tsx';

const refreshIntervalMs = 3000;
const pageSize = 50;

/** The list: live recordings first. Filter, selection and search live in the URL, so that every view can be linked. */
export function RecordingsPage() {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const navigate = useNavigate();
  const [parameters, setParameters] = useSearchParams();
  const state = recordingStateSchema.safeParse(parameters.get('state')).data;
  const selectedId = parameters.get('selected');
  const list = usePolling(
    (signal) => api(listRecordings, { query: { limit: 200, ...(state === undefined ? {} : { state }) } }, signal),
    refreshIntervalMs,
  );
  const recordings = useMemo(() => list.data?.recordings ?? [], [list.data]);
  const selected = recordings.find(({ recordingId }) => recordingId === selectedId);
  const setParameter = (name: string, value: string | undefined) => {
    const next = new URLSearchParams(parameters);
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
    setParameters(next, { replace: true });
  };
  const title = t(state === undefined ? 'recordings.title' : `recordings.title-${state}`);
  const select = (recording: Recording | undefined) => setParameter('selected', recording?.recordingId);
  usePageFrame({
    title,
    contentType: 'table',
    splitPanel: <RecordingPanel recording={selected} />,
    isSplitPanelOpen: selected !== undefined,
    onSplitPanelToggle: (isOpen) => isOpen || select(undefined),
  });
  const columns = useRecordingColumns();
  const { items, filterProps, paginationProps, collectionProps, filteredItemsCount } = useCollection(recordings, {
    filtering: {
      defaultFilteringText: parameters.get('find') ?? '',
      filteringFunction: matchesText,
      empty: <Empty state={state} />,
      noMatch: (
        <Box textAlign="center" padding="l">
          <SpaceBetween size="s">
            <Box variant="strong">{t('recordings.no-match')}</Box>
            <Button onClick={() => filterProps.onChange({ detail: { filteringText: '' } } as never)}>
              {t('recordings.clear-filter')}
            </Button>
          </SpaceBetween>
        </Box>
      ),
    },
    pagination: { pageSize },
    sorting: {},
    selection: { trackBy: 'recordingId' },
  });

  if (list.error !== undefined && list.data === undefined) {
    return <ProblemAlert error={list.error} onRetry={list.refresh} />;
  }
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
          counter={
            list.data === undefined ? undefined : `(${recordings.length}${list.data.cursor === undefined ? '' : '+'})`
          }
          description={list.error === undefined ? t('recordings.description') : t('recordings.stale')}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button
                iconName="refresh"
                ariaLabel={t('recordings.refresh')}
                onClick={list.refresh}
                loading={list.isLoading && list.data === undefined}
              />
              <Button
                variant="primary"
                iconName="play"
                disabled={selected === undefined}
                onClick={() => selected !== undefined && navigate(`/recordings/${selected.recordingId}`)}
              >
                {t('recordings.play')}
              </Button>
            </SpaceBetween>
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
      pagination={<Pagination {...paginationProps} />}
    />
  );
}

function matchesText(recording: Recording, text: string): boolean {
  const { user, host, client, application } = recording.attributes;
  const fields = [recording.recordingId, user.value, host.value, client?.value, application?.value];
  const wanted = text.toLowerCase();
  return fields.some((field) => field?.toLowerCase().includes(wanted));
}

function Empty({ state }: { state: string | undefined }) {
  const { t } = useTranslation();
  return (
    <Box textAlign="center" color="inherit" padding={{ vertical: 'xl' }}>
      <SpaceBetween size="xs">
        <Box variant="strong">{t(state === undefined ? 'recordings.empty' : 'recordings.empty-state')}</Box>
        <Box variant="p" color="inherit">
          {t(state === undefined ? 'recordings.empty-detail' : 'recordings.empty-state-detail')}
        </Box>
      </SpaceBetween>
    </Box>
  );
}
