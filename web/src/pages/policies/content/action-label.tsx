import type { RecordingAction } from '@afterimage/contracts';
import Icon, { type IconProps } from '@cloudscape-design/components/icon';
import { useTranslation } from 'react-i18next';
import './policies.css';

const marks: Record<RecordingAction, readonly IconProps.Name[]> = {
  'do-not-record': ['status-stopped'],
  'record-with-notification': ['video-on', 'notification'],
  'record-events-with-notification': ['list-view', 'notification'],
  'record-without-notification': ['video-on'],
  'record-events-without-notification': ['list-view'],
};

/** What is done with a session, in words with marks: a screen or a list, and a bell where its user is told. */
export function ActionLabel({ action }: { action: RecordingAction }) {
  const { t } = useTranslation();
  return (
    <span className="policy-action" data-action={action}>
      <span className="policy-action-marks">
        {marks[action].map((name) => (
          <Icon key={name} name={name} />
        ))}
      </span>
      <span>{t(`policies.action.${action}`)}</span>
    </span>
  );
}
