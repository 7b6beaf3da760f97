import type { Recording } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { formatBytes, formatMoment } from '../../time/format.ts';

/** The files that a session was sealed into, in their order; they are played as one. */
export function RecordingFiles({ recording }: { recording: Recording }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  const title = t('recordings.files.title');
  return (
    <Table
      variant="embedded"
      contentDensity="compact"
      header={
        <Header variant="h3" counter={`(${recording.files.length})`}>
          {title}
        </Header>
      }
      ariaLabels={{ tableLabel: title }}
      items={recording.files}
      trackBy="recordingFileId"
      empty={<Box color="text-status-inactive">{t('recordings.files.none')}</Box>}
      columnDefinitions={[
        { id: 'number', header: t('recordings.files.number'), cell: (file) => file.fileNumber, isRowHeader: true },
        { id: 'size', header: t('recordings.files.size'), cell: (file) => formatBytes(file.sizeBytes, language) },
        {
          id: 'segments',
          header: t('recordings.files.segments'),
          cell: (file) => t('recordings.files.range', { from: file.firstSequence, to: file.lastSequence }),
        },
        { id: 'sealed', header: t('recordings.files.sealed'), cell: (file) => formatMoment(file.sealedAt, language) },
      ]}
    />
  );
}
