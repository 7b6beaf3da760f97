import type { RecordingState } from '@afterimage/contracts';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';

const marks: Record<RecordingState, StatusIndicatorProps.Type> = {
  live: 'in-progress',
  interrupted: 'warning',
  sealing: 'pending',
  complete: 'success',
  partial: 'warning',
  failed: 'error',
  erasing: 'pending',
  erased: 'stopped',
};

/** The state as a word with a mark, never by colour alone. */
export function RecordingStateLabel({ state }: { state: RecordingState }) {
  const { t } = useTranslation();
  return (
    <StatusIndicator type={marks[state]} {...(state === 'live' ? { colorOverride: 'green' as const } : {})}>
      {t(`recordings.state.${state}`)}
    </StatusIndicator>
  );
}
