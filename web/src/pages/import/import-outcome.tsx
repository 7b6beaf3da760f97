import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { type ImportFault, ImportFaults } from './import-faults.tsx';

const counted = ['added', 'changed', 'removed', 'unchanged'] as const;

export interface ImportCounts extends Record<(typeof counted)[number], number> {
  /** What is counted: people, applications. */
  kind: string;
}

export interface ImportOutcomeProps {
  /** Of the dry run. */
  counts: readonly ImportCounts[];
  faults: readonly ImportFault[];
  /** What becomes of those that the file does not name. */
  description: string;
  /** Said where something is removed. */
  removes: string;
  isBusy?: boolean;
  onImport(): void;
}

/** What the file would change; nothing is written yet. */
export function ImportOutcome({ counts, faults, description, removes, isBusy, onImport }: ImportOutcomeProps) {
  const { t, i18n } = useTranslation();
  if (faults.length > 0) return <ImportFaults faults={faults} />;
  const number = new Intl.NumberFormat(i18n.language);
  const isChange = counts.some(({ added, changed, removed }) => added + changed + removed > 0);
  return (
    <SpaceBetween size="m">
      {!isChange && <Alert type="info">{t('import.no-change')}</Alert>}
      {counts.some(({ removed }) => removed > 0) && <Alert type="warning">{removes}</Alert>}
      <Table
        items={counts}
        trackBy="kind"
        ariaLabels={{ tableLabel: t('import.would') }}
        columnDefinitions={[
          { id: 'kind', header: '', isRowHeader: true, cell: ({ kind }) => kind },
          ...counted.map((count) => ({
            id: count,
            header: t(`import.count.${count}`),
            cell: (row: ImportCounts) => number.format(row[count]),
          })),
        ]}
        header={
          <Header
            description={description}
            actions={
              <Button variant="primary" disabled={!isChange} loading={isBusy === true} onClick={onImport}>
                {t('import.import')}
              </Button>
            }
          >
            {t('import.would')}
          </Header>
        }
      />
    </SpaceBetween>
  );
}
