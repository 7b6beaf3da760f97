import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';

export interface ImportFault {
  line: number;
  column?: string | undefined;
  detail: string;
}

/** As many as the service tells. */
const mostTold = 100;

/** What is wrong with the file, by line; none of it is written. */
export function ImportFaults({ faults }: { faults: readonly ImportFault[] }) {
  const { t } = useTranslation();
  return (
    <SpaceBetween size="m">
      <Alert type="error" header={t('import.refused', { count: faults.length })}>
        {t(faults.length < mostTold ? 'import.refused-detail' : 'import.refused-first')}
      </Alert>
      <Table
        items={faults}
        wrapLines
        ariaLabels={{ tableLabel: t('import.faults') }}
        columnDefinitions={[
          { id: 'line', header: t('import.line'), isRowHeader: true, width: 110, cell: ({ line }) => line },
          {
            id: 'column',
            header: t('import.column'),
            width: 180,
            cell: ({ column }) => column ?? '–',
          },
          { id: 'fault', header: t('import.what'), cell: ({ detail }) => detail },
        ]}
      />
    </SpaceBetween>
  );
}
