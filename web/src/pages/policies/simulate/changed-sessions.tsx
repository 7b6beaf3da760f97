import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Select from '@cloudscape-design/components/select';
import Table from '@cloudscape-design/components/table';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { download } from '../content/download.ts';
import { useAddress } from '../content/use-address.ts';
import { useChangedSessionColumns } from './changed-session-columns.tsx';
import { type Simulation, toCsv, transitionKey, transitionsOf } from './simulation.ts';

const pageSize = 25;

/** Sessions that would have been treated otherwise, each with its reason and a way to look closer. */
export function ChangedSessions({ result, isDone }: { result: Simulation; isDone: boolean }) {
  const { t, i18n } = useTranslation();
  const [address, setAddress] = useAddress();
  const [page, setPage] = useState(1);
  const { changed, changedCount } = result;
  const transitions = useMemo(() => transitionsOf(changed), [changed]);
  const wanted = address.get('change') ?? '';
  const shown = wanted === '' ? changed : changed.filter((session) => transitionKey(session) === wanted);
  const pages = Math.max(1, Math.ceil(shown.length / pageSize));
  const at = Math.min(page, pages);
  const all = { value: '', label: t('policies.simulate.every-change', { count: changed.length }) };
  const options = transitions.map((transition) => ({
    value: transitionKey(transition),
    label: t('policies.simulate.transition', {
      before: t(`policies.action.${transition.before}`),
      after: t(`policies.action.${transition.after}`),
      count: transition.count,
    }),
  }));
  const columns = useChangedSessionColumns();
  return (
    <Table
      items={shown.slice((at - 1) * pageSize, at * pageSize)}
      trackBy="sessionId"
      wrapLines
      ariaLabels={{ tableLabel: t('policies.simulate.sessions') }}
      header={
        <Header
          variant="h2"
          counter={`(${new Intl.NumberFormat(i18n.language).format(changedCount)})`}
          description={
            changedCount > changed.length
              ? t('policies.simulate.sessions-some', { count: changed.length })
              : t('policies.simulate.sessions-description')
          }
          actions={
            <Button
              iconName="download"
              disabled={changed.length === 0}
              onClick={() => download('simulation.csv', 'text/csv;charset=utf-8', toCsv(changed))}
            >
              {t('policies.simulate.csv')}
            </Button>
          }
        >
          {t('policies.simulate.sessions')}
        </Header>
      }
      filter={
        transitions.length > 1 && (
          <Select
            selectedOption={options.find(({ value }) => value === wanted) ?? all}
            options={[all, ...options]}
            ariaLabel={t('policies.simulate.filter')}
            expandToViewport
            onChange={({ detail }) => {
              setAddress({ change: detail.selectedOption.value });
              setPage(1);
            }}
          />
        )
      }
      pagination={
        pages > 1 && (
          <Pagination
            currentPageIndex={at}
            pagesCount={pages}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
          />
        )
      }
      empty={
        <Box color="text-body-secondary">
          {t(isDone ? 'policies.simulate.nothing-changes' : 'policies.simulate.no-change-yet')}
        </Box>
      }
      columnDefinitions={columns}
    />
  );
}
