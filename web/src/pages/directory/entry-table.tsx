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
  /** Whose texts: `directory.people…` or `directory.groups…`. */
  kind: 'people' | 'groups';
  listing: Listing<T>;
  columns: TableProps.ColumnDefinition<T>[];
  idOf(entry: T): string;
}

/** People or groups by name; the service searches by how a name begins, and the address says for what. */
export function EntryTable<T>({ kind, listing, columns, idOf }: EntryTableProps<T>) {
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
      loadingText={t(`directory.${kind}.loading`)}
      ariaLabels={{ tableLabel: t(`directory.${kind}.title`) }}
      empty={<Nothing kind={kind} isSearch={find !== ''} onClear={() => search('')} />}
      header={
        <Header
          {...(data === undefined ? {} : { counter: `(${data.items.length}${data.hasMore ? '+' : ''})` })}
          description={t(`directory.${kind}.description`)}
          actions={<Button iconName="refresh" ariaLabel={t('recordings.refresh')} onClick={refresh} />}
        >
          {t(`directory.${kind}.title`)}
        </Header>
      }
      filter={
        <TextFilter
          filteringText={typed}
          filteringPlaceholder={t(`directory.${kind}.find`)}
          filteringAriaLabel={t(`directory.${kind}.find`)}
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

interface NothingProps {
  kind: 'people' | 'groups';
  isSearch: boolean;
  onClear(): void;
}

function Nothing({ kind, isSearch, onClear }: NothingProps) {
  const { t } = useTranslation();
  return (
    <Box textAlign="center" color="inherit" padding={{ vertical: 'l' }}>
      <SpaceBetween size="xs">
        <Box variant="strong">{t(`directory.${kind}.${isSearch ? 'no-match' : 'empty'}`)}</Box>
        {isSearch ? (
          <Button onClick={onClear}>{t('recordings.clear-filter')}</Button>
        ) : (
          <Box variant="p" color="inherit">
            {t('directory.empty-detail')}
          </Box>
        )}
      </SpaceBetween>
    </Box>
  );
}
