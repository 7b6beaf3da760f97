import type { Recording } from '@afterimage/contracts';
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import type { TableProps } from '@cloudscape-design/components/table';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { formatBytes, formatMoment } from '../../time/format.ts';
import { RecordingDuration } from './recording-duration.tsx';
import { RecordingStateLabel } from './recording-state-label.tsx';

/** PLY-018 without what is not recorded yet (audio, lossy). */
export function useRecordingColumns(serviceAheadMs: number): TableProps.ColumnDefinition<Recording>[] {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  return useMemo(() => {
    const open = (recording: Recording) => `/recordings/${recording.recordingId}`;
    return [
      {
        id: 'state',
        header: t('recordings.column.state'),
        cell: (item) => <RecordingStateLabel state={item.state} />,
        sortingField: 'state',
        width: 145,
      },
      {
        id: 'user',
        header: t('recordings.column.user'),
        cell: (item) => (
          <OwnClick>
            <Link
              href={open(item)}
              onFollow={(event) => {
                event.preventDefault();
                void navigate(open(item));
              }}
            >
              <Whole text={item.attributes.user.value} />
            </Link>
          </OwnClick>
        ),
        sortingComparator: byText((item) => item.attributes.user.value),
        isRowHeader: true,
        width: 120,
      },
      {
        id: 'host',
        header: t('recordings.column.host'),
        cell: (item) => <Whole text={item.attributes.host.value} />,
        sortingComparator: byText((item) => item.attributes.host.value),
        width: 115,
      },
      {
        id: 'application',
        header: t('recordings.column.application'),
        cell: (item) => <Whole text={item.attributes.application?.value ?? '–'} />,
        sortingComparator: byText((item) => item.attributes.application?.value ?? ''),
        width: 140,
      },
      {
        id: 'started',
        header: t('recordings.column.started'),
        cell: (item) => <Whole text={formatMoment(item.startedAt, i18n.language)} />,
        sortingField: 'startedAt',
        width: 225,
      },
      {
        id: 'duration',
        header: t('recordings.column.duration'),
        cell: (item) => <RecordingDuration recording={item} serviceAheadMs={serviceAheadMs} />,
        sortingField: 'durationMs',
        width: 125,
      },
      {
        id: 'action',
        header: t('recordings.column.action'),
        cell: (item) => (
          <OwnClick>
            <Button
              variant="inline-icon"
              iconName="play"
              ariaLabel={t('recordings.play-of', { user: item.attributes.user.value })}
              onClick={() => void navigate(open(item))}
            />
          </OwnClick>
        ),
        width: 80,
      },
      {
        id: 'events',
        header: t('recordings.column.events'),
        cell: (item) => new Intl.NumberFormat(i18n.language).format(item.eventCount),
        sortingField: 'eventCount',
        width: 115,
      },
      {
        id: 'content',
        header: t('recordings.column.content'),
        cell: (item) => <Whole text={t(`recordings.content.${item.content}`)} />,
        sortingField: 'content',
        width: 125,
      },
      {
        id: 'size',
        header: t('recordings.column.size'),
        cell: (item) => formatBytes(item.sizeBytes, i18n.language),
        sortingField: 'sizeBytes',
        width: 95,
      },
    ];
  }, [t, i18n.language, navigate, serviceAheadMs]);
}

/** A click in here is not a click on the row, which would choose it and change the address once more. */
function OwnClick({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it takes no clicks of its own
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys do not choose rows
    <span onClick={(event) => event.stopPropagation()}>{children}</span>
  );
}

/** A long text is cut by its column; pointing at it shows all of it. */
function Whole({ text }: { text: string }) {
  return <span title={text}>{text}</span>;
}

function byText(text: (item: Recording) => string) {
  return (a: Recording, b: Recording) => text(a).localeCompare(text(b));
}
