import type { Recording } from '@afterimage/contracts';
import Button from '@cloudscape-design/components/button';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import SplitPanel from '@cloudscape-design/components/split-panel';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { formatBytes, formatDuration, formatMoment } from '../../time/format.ts';
import { describeContent } from './recorded-content.ts';
import { RecordingDuration } from './recording-duration.tsx';
import { RecordingFiles } from './recording-files.tsx';
import { RecordingKeeping } from './recording-keeping.tsx';
import { RecordingNotices } from './recording-notices.tsx';
import { RecordingReasons } from './recording-reasons.tsx';
import { RecordingStateLabel } from './recording-state-label.tsx';

/** Who, where, how much and what is proven; why it was recorded, and what its user was told. */
export function RecordingPanel(props: { recording: Recording | undefined; serviceAheadMs: number; onChanged(): void }) {
  const { recording, serviceAheadMs, onChanged } = props;
  const { t } = useTranslation();
  if (recording === undefined) {
    return <SplitPanel header={t('recordings.panel.none')}>{t('recordings.panel.none-detail')}</SplitPanel>;
  }
  const { user, host } = recording.attributes;
  return (
    <SplitPanel header={t('recordings.panel.title', { user: user.value, host: host.value })}>
      <SpaceBetween size="l">
        <RecordingActions recording={recording} onChanged={onChanged} />
        <RecordingFacts recording={recording} serviceAheadMs={serviceAheadMs} />
        <RecordingReasons recording={recording} />
        <RecordingNotices recordingId={recording.recordingId} />
        <RecordingFiles recording={recording} />
      </SpaceBetween>
    </SplitPanel>
  );
}

function RecordingActions({ recording, onChanged }: { recording: Recording; onChanged(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { recordingId, state } = recording;
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button
        variant="primary"
        iconName="play"
        disabled={state === 'erasing' || state === 'erased'}
        onClick={() => void navigate(`/recordings/${recordingId}`)}
      >
        {t('recordings.play')}
      </Button>
      <RecordingKeeping key={recordingId} recording={recording} onChanged={onChanged} />
    </SpaceBetween>
  );
}

function RecordingFacts({ recording, serviceAheadMs }: { recording: Recording; serviceAheadMs: number }) {
  const { t, i18n } = useTranslation();
  const { attributes } = recording;
  const language = i18n.language;
  const text = (key: string, value: string | undefined) => ({
    label: t(`recordings.panel.${key}`),
    value: value ?? '–',
  });
  const { hold } = recording;
  const holdText =
    hold === undefined
      ? t('recordings.panel.not-held')
      : t('recordings.panel.held', {
          by: hold.placedBy,
          at: formatMoment(hold.placedAt, language),
          reason: hold.reason,
        });
  const facts = [
    { label: t('recordings.panel.state'), value: <RecordingStateLabel state={recording.state} /> },
    {
      label: t('recordings.panel.duration'),
      value: <RecordingDuration recording={recording} serviceAheadMs={serviceAheadMs} />,
    },
    text('user', attributes.user.value),
    text('host', attributes.host.value),
    text('client', attributes.client?.value),
    text('application', attributes.application?.value),
    text('started', formatMoment(recording.startedAt, language)),
    text('ended', recording.endedAt === undefined ? undefined : formatMoment(recording.endedAt, language)),
    text('size', formatBytes(recording.sizeBytes, language)),
    text('content', describeContent(recording, { t, formatTime: formatDuration })),
    text('events', new Intl.NumberFormat(language).format(recording.eventCount)),
    text('gaps', recording.gaps.length === 0 ? t('recordings.panel.no-gaps') : String(recording.gaps.length)),
    text(
      'chain',
      t('recordings.panel.chained', { count: recording.contiguousSequence, total: recording.segmentCount }),
    ),
    text(
      'clock',
      t('recordings.panel.clock-offset', {
        seconds: new Intl.NumberFormat(language, { maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(
          recording.clockOffsetMs / 1000,
        ),
      }),
    ),
    text('hold', holdText),
    ...(recording.erasedAt === undefined ? [] : [text('erased', formatMoment(recording.erasedAt, language))]),
    text('id', recording.recordingId),
  ];
  return <KeyValuePairs columns={2} items={facts} />;
}
