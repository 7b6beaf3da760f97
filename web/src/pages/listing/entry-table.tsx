import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../session/session-context.tsx';
import { isSignedOut, ProblemAlert } from '../../shell/problem-alert.tsx';
import { useAddress } from '../policies/content/use-address.ts';
import type { Listing } from './use-listing.ts';

const pageSize = 50;

export interface EntryTableProps<T> {
  /** Where its texts are: title, description, find, loading, empty, empty-detail, no-match. */
  texts: 'directory.people' | 'directory.groups' | 'applications.list';
  listing: Listing<T>;
  columns: TableProps.ColumnDefinition<T>[];
  idOf(entry: T): string;
}

/** What the service lists by name, and searches; the address says for what. */
export function EntryTable<T>({ texts, listing, columns, idOf }: EntryTableProps<T>) {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  const [address, setAddress] = useAddress();
  const find = address.get('find') ?? '';
  const [typed, setTyped] = useState(find);
  const search = (text: string) => {
    setTyped(text);
    setAddress({ find: text.trim() });
  };
  const { data, error, refresh, loadMore } = listing;
  const { items, paginationProps } = useCollection(data?.items ?? [], { pagination: { pageSize } });
  if (error !== undefined && (data === undefined || isSignedOut(error))) {
    return <ProblemAlert area="directory" error={error} onRetry={refresh} onSignIn={() => void session.signIn()} />;
  }
  return (
    <Table
      wrapLines
      items={items}
      columnDefinitions={columns}
      trackBy={idOf}
      loading={data === undefined}
      loadingText={t(`${texts}.loading`)}
      ariaLabels={{ tableLabel: t(`${texts}.title`) }}
      empty={<Nothing texts={texts} isSearch={find !== ''} onClear={() => search('')} />}
      header={
        <Header
          {...(data === undefined ? {} : { counter: `(${data.items.length}${data.hasMore ? '+' : ''})` })}
          description={t(`${texts}.description`)}
          actions={<Button iconName="refresh" ariaLabel={t('recordings.refresh')} onClick={refresh} />}
        >
          {t(`${texts}.title`)}
        </Header>
      }
      filter={
        <TextFilter
          filteringText={typed}
          filteringPlaceholder={t(`${texts}.find`)}
          filteringAriaLabel={t(`${texts}.find`)}
          filteringClearAriaLabel={t('recordings.clear-filter')}
          onChange={({ detail }) => setTyped(detail.filteringText)}
          onDelayedChange={({ detail }) => search(detail.filteringText)}
        />
      }
      pagination={
        <Pagination
          {...paginationProps}
          openEnd={data?.hasMore === true}
          onNextPageClick={({ detail }) => detail.requestedPageAvailable || loadMore()}
        />
      }
    />
  );
}

interface NothingProps extends Pick<EntryTableProps<unknown>, 'texts'> {
  isSearch: boolean;
  onClear(): void;
}

function Nothing({ texts, isSearch, onClear }: NothingProps) {
  const { t } = useTranslation();
  return (
    <Box textAlign="center" color="inherit" padding={{ vertical: 'l' }}>
      <SpaceBetween size="xs">
        <Box variant="strong">{t(`${texts}.${isSearch ? 'no-match' : 'empty'}`)}</Box>
        {isSearch ? (
          <Button onClick={onClear}>{t('recordings.clear-filter')}</Button>
        ) : (
          <Box variant="p" color="inherit">
            {t(`${texts}.empty-detail`)}
          </Box>
        )}
      </SpaceBetween>
    </Box>
  );
}
