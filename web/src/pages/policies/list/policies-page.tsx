import type { RecordingPolicySummary } from '@afterimage/contracts';
import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Table from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { isSignedOut, ProblemAlert } from '../../../shell/problem-alert.tsx';
import { usePageFrame } from '../../../shell/shell.tsx';
import { formatMoment } from '../../../time/format.ts';
import { useAddress } from '../content/use-address.ts';
import { usePolicyColumns } from './policy-columns.tsx';
import { PolicyDialogs, type PolicyQuestion } from './policy-dialogs.tsx';
import { PolicyListActions } from './policy-list-actions.tsx';
import { usePolicyList } from './use-policy-list.ts';
import '../content/policies.css';

const pageSize = 25;
const none: readonly RecordingPolicySummary[] = [];

/** All recording policies, and which of them decides. */
export default function PoliciesPage() {
  const { t, i18n } = useTranslation();
  const { session } = useSignedIn();
  const [address, setAddress] = useAddress();
  const [question, setQuestion] = useState<PolicyQuestion>();
  const list = usePolicyList();
  const policies = list.data?.policies ?? none;
  const active = policies.find(({ policyId }) => policyId === list.data?.activePolicyId);
  const selected = policies.find(({ policyId }) => policyId === address.get('selected'));
  const title = t('policies.list.title');
  usePageFrame({ title, contentType: 'table' });
  const columns = usePolicyColumns(list.data?.activePolicyId);
  const { items, filterProps, paginationProps, collectionProps, filteredItemsCount, actions } = useCollection(
    policies,
    {
      filtering: {
        defaultFilteringText: address.get('find') ?? '',
        fields: ['name', 'description', 'changedBy'],
        noMatch: (
          <Box textAlign="center" padding={{ vertical: 'l' }}>
            <Box variant="strong" display="block" padding={{ bottom: 'xs' }}>
              {t('policies.list.no-match')}
            </Box>
            <Button
              onClick={() => {
                actions.setFiltering('');
                setAddress({ find: undefined });
              }}
            >
              {t('recordings.clear-filter')}
            </Button>
          </Box>
        ),
      },
      pagination: { pageSize },
      sorting: {},
      selection: { trackBy: 'policyId' },
    },
  );

  if (list.error !== undefined && (list.data === undefined || isSignedOut(list.error))) {
    return (
      <ContentLayout header={<Header variant="h1">{title}</Header>}>
        <ProblemAlert
          area="policies"
          error={list.error}
          onRetry={list.refresh}
          onSignIn={() => void session.signIn()}
        />
      </ContentLayout>
    );
  }
  const { activatedAt, activatedBy } = list.data ?? {};
  return (
    <>
      <Table
        {...collectionProps}
        variant="full-page"
        stickyHeader
        wrapLines
        selectionType="single"
        selectedItems={selected === undefined ? [] : [selected]}
        onSelectionChange={({ detail }) => setAddress({ selected: detail.selectedItems[0]?.policyId })}
        onRowClick={({ detail }) => setAddress({ selected: detail.item.policyId })}
        items={items}
        columnDefinitions={columns}
        trackBy="policyId"
        loading={list.data === undefined}
        loadingText={t('policies.list.loading')}
        ariaLabels={{
          tableLabel: title,
          selectionGroupLabel: t('policies.list.selection'),
          itemSelectionLabel: (_, { name }) => name,
        }}
        header={
          <Header
            variant="awsui-h1-sticky"
            {...(list.data === undefined ? {} : { counter: `(${policies.length})` })}
            description={
              active === undefined || activatedAt === undefined
                ? t('policies.list.description')
                : t('policies.list.description-active', {
                    policy: active.name,
                    by: activatedBy ?? '–',
                    at: formatMoment(activatedAt, i18n.language),
                  })
            }
            actions={
              <PolicyListActions
                selected={selected}
                isActive={selected !== undefined && selected === active}
                onAsk={setQuestion}
                onRefresh={list.refresh}
              />
            }
          >
            {title}
          </Header>
        }
        filter={
          <TextFilter
            {...filterProps}
            filteringPlaceholder={t('policies.list.find')}
            filteringAriaLabel={t('policies.list.find')}
            countText={t('recordings.matches', { count: filteredItemsCount ?? 0 })}
            onDelayedChange={({ detail }) => setAddress({ find: detail.filteringText })}
          />
        }
        pagination={<Pagination {...paginationProps} />}
      />
      <PolicyDialogs
        question={question}
        active={active}
        onClose={() => setQuestion(undefined)}
        onChanged={list.refresh}
      />
    </>
  );
}
