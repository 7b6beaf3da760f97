import type { Recording } from '@afterimage/contracts';
import { formatDuration } from '../../time/format.ts';
import { useNow } from '../../time/use-now.ts';

export interface RecordingDurationProps {
  recording: Recording;
  /** The service's clock minus this one's, so that a viewer's wrong clock counts right. */
  serviceAheadMs: number;
}

/** Counts while the recording is live. */
export function RecordingDuration({ recording, serviceAheadMs }: RecordingDurationProps) {
  if (recording.state !== 'live') return <span className="tabular">{formatDuration(recording.durationMs)}</span>;
  const startedAtMs = Date.parse(recording.startedAt) - serviceAheadMs;
  return <CountingDuration startedAtMs={startedAtMs} atLeastMs={recording.durationMs} />;
}

function CountingDuration({ startedAtMs, atLeastMs }: { startedAtMs: number; atLeastMs: number }) {
  const nowMs = useNow();
  return <span className="tabular">{formatDuration(Math.max(atLeastMs, nowMs - startedAtMs))}</span>;
}
