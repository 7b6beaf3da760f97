import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import type { ImportAnswer } from './import-section.tsx';

/** As many as the service tells. */
const mostTold = 100;

/** What is wrong with the file, by line; none of it is written. */
export function ImportFaults({ faults }: { faults: ImportAnswer['errors'] }) {
  const { t } = useTranslation();
  return (
    <SpaceBetween size="m">
      <Alert type="error" header={t('directory.import.refused', { count: faults.length })}>
        {t(faults.length < mostTold ? 'directory.import.refused-detail' : 'directory.import.refused-first')}
      </Alert>
      <Table
        items={faults}
        wrapLines
        ariaLabels={{ tableLabel: t('directory.import.faults') }}
        columnDefinitions={[
          { id: 'line', header: t('directory.import.line'), isRowHeader: true, width: 110, cell: ({ line }) => line },
          {
            id: 'column',
            header: t('directory.import.column'),
            width: 180,
            cell: ({ column }) => column ?? '–',
          },
          { id: 'fault', header: t('directory.import.what'), cell: ({ detail }) => detail },
        ]}
      />
    </SpaceBetween>
  );
}
