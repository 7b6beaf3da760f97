import type { ViewingPolicy } from '@afterimage/contracts';
import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { usePageFrame } from '../../../shell/shell.tsx';
import { useAddress } from '../../policies/content/use-address.ts';
import type { ViewingPolicies } from '../content/use-viewing-policies.ts';
import { DeleteViewingDialog } from './delete-viewing-dialog.tsx';
import { StandingBox } from './standing-box.tsx';
import { SwitchDialog } from './switch-dialog.tsx';
import { useViewingColumns } from './viewing-columns.tsx';

export interface ViewingListProps {
  list: ViewingPolicies;
  onReload(): void;
}

const pageSize = 25;

/** Whether viewing policies count, and which there are. */
export function ViewingList({ list, onReload }: ViewingListProps) {
  const { t } = useTranslation();
  const [isSwitching, setSwitching] = useState(false);
  const title = t('viewing.title');
  usePageFrame({ title });
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={t('viewing.description')}>
          {title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <StandingBox list={list} onSwitch={() => setSwitching(true)} />
        <ViewingTable list={list} onReload={onReload} />
      </SpaceBetween>
      {isSwitching && <SwitchDialog list={list} onDone={onReload} onClose={() => setSwitching(false)} />}
    </ContentLayout>
  );
}

function ViewingTable({ list: { policies, areOn }, onReload }: ViewingListProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [address, setAddress] = useAddress();
  const [deleted, setDeleted] = useState<ViewingPolicy>();
  const columns = useViewingColumns({ areOn, onDelete: setDeleted });
  const create = () => void navigate('/policies/viewing?new=1');
  const { items, filterProps, paginationProps, collectionProps, filteredItemsCount } = useCollection(policies, {
    filtering: {
      defaultFilteringText: address.get('find') ?? '',
      filteringFunction: (policy, text) => textOf(policy).includes(text.trim().toLowerCase()),
      empty: <NoPolicies areOn={areOn} onCreate={create} />,
      noMatch: t('policies.list.no-match'),
    },
    pagination: { pageSize },
    sorting: {},
  });
  return (
    <>
      <Table
        {...collectionProps}
        items={items}
        columnDefinitions={columns}
        trackBy="policyId"
        wrapLines
        ariaLabels={{ tableLabel: t('viewing.list.title') }}
        header={
          <Header
            variant="h2"
            counter={`(${policies.length})`}
            description={t('viewing.list.description')}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel={t('policies.list.refresh')} onClick={onReload} />
                <CreateButton areOn={areOn} onCreate={create} />
              </SpaceBetween>
            }
          >
            {t('viewing.list.title')}
          </Header>
        }
        filter={
          policies.length > 1 && (
            <TextFilter
              {...filterProps}
              filteringPlaceholder={t('viewing.list.find')}
              filteringAriaLabel={t('viewing.list.find')}
              countText={t('recordings.matches', { count: filteredItemsCount ?? 0 })}
              onDelayedChange={({ detail }) => setAddress({ find: detail.filteringText })}
            />
          )
        }
        pagination={policies.length > pageSize && <Pagination {...paginationProps} />}
      />
      {deleted !== undefined && (
        <DeleteViewingDialog
          policy={deleted}
          isLast={policies.length === 1}
          onClose={() => setDeleted(undefined)}
          onDone={onReload}
        />
      )}
    </>
  );
}

function CreateButton({ areOn, onCreate }: { areOn: boolean; onCreate(): void }) {
  const { t } = useTranslation();
  return (
    <Button
      variant="primary"
      disabled={!areOn}
      {...(areOn ? {} : { disabledReason: t('viewing.list.off') })}
      onClick={onCreate}
    >
      {t('viewing.list.create')}
    </Button>
  );
}

function NoPolicies({ areOn, onCreate }: { areOn: boolean; onCreate(): void }) {
  const { t } = useTranslation();
  return (
    <Box textAlign="center" padding={{ vertical: 'm' }}>
      <SpaceBetween size="s">
        <Box variant="strong">{t('viewing.list.empty')}</Box>
        <Box color="text-body-secondary">{t(areOn ? 'viewing.list.empty-on' : 'viewing.list.empty-off')}</Box>
        {areOn && <Button onClick={onCreate}>{t('viewing.list.create')}</Button>}
      </SpaceBetween>
    </Box>
  );
}

/** What a policy is found by: its own words, and whom its rules name as viewers. */
function textOf({ name, description, changedBy, rules }: ViewingPolicy): string {
  return [name, description, changedBy, ...rules.map(({ viewer }) => viewer.name)].join(' ').toLowerCase();
}
