import type { Recording } from '@afterimage/contracts';
import { formatDuration } from '../../time/format.ts';
import { useNow } from '../../time/use-now.ts';

/** Counts while the recording is live. */
export function RecordingDuration({ recording }: { recording: Recording }) {
  if (recording.state !== 'live') return <>{formatDuration(recording.durationMs)}</>;
  return <CountingDuration startedAt={recording.startedAt} atLeastMs={recording.durationMs} />;
}

function CountingDuration({ startedAt, atLeastMs }: { startedAt: string; atLeastMs: number }) {
  const nowMs = useNow();
  return (
    <span style={{ fontVariantNumeric: 'tabular-nums' }}>
      {formatDuration(Math.max(atLeastMs, nowMs - Date.parse(startedAt)))}
    </span>
  );
}
