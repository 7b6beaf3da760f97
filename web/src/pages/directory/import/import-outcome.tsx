import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { isChange, removedCount } from './import-counts.ts';
import { ImportFaults } from './import-faults.tsx';
import type { ImportMode } from './import-file.tsx';
import type { ImportAnswer } from './import-section.tsx';

const kinds = ['users', 'groups'] as const;
const counted = ['added', 'changed', 'removed', 'unchanged'] as const;

export interface ImportOutcomeProps {
  /** Of the dry run. */
  answer: ImportAnswer;
  mode: ImportMode;
  onImport(): void;
}

/** What the file would change; nothing is written yet. */
export function ImportOutcome({ answer, mode, onImport }: ImportOutcomeProps) {
  const { t, i18n } = useTranslation();
  if (answer.errors.length > 0) return <ImportFaults faults={answer.errors} />;
  const number = new Intl.NumberFormat(i18n.language);
  const rows = kinds.map((kind) => ({ kind, ...answer[kind] }));
  return (
    <SpaceBetween size="m">
      {!isChange(answer) && <Alert type="info">{t('directory.import.no-change')}</Alert>}
      {removedCount(answer) > 0 && <Alert type="warning">{t('directory.import.removes')}</Alert>}
      <Table
        items={rows}
        trackBy="kind"
        ariaLabels={{ tableLabel: t('directory.import.would') }}
        columnDefinitions={[
          { id: 'kind', header: '', isRowHeader: true, cell: ({ kind }) => t(`directory.import.kind.${kind}`) },
          ...counted.map((count) => ({
            id: count,
            header: t(`directory.import.count.${count}`),
            cell: (row: (typeof rows)[number]) => number.format(row[count]),
          })),
        ]}
        header={
          <Header
            description={t(`directory.import.nothing-yet-${mode}`)}
            actions={
              <Button variant="primary" disabled={!isChange(answer)} onClick={onImport}>
                {t('directory.import.import')}
              </Button>
            }
          >
            {t('directory.import.would')}
          </Header>
        }
      />
    </SpaceBetween>
  );
}
