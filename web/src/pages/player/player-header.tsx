import type { DeclaredGap, Recording } from '@afterimage/contracts';
import type { PlayerState } from '@afterimage/player';
import Button from '@cloudscape-design/components/button';
import Popover from '@cloudscape-design/components/popover';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { formatMoment } from '../../time/format.ts';
import { RecordingStateLabel } from '../recordings/recording-state-label.tsx';
import { LiveStatus } from './live-status.tsx';
import { ProofBadge } from './proof-badge.tsx';
import type { UsedProof } from './use-recording-proof.ts';

export interface PlayerHeaderProps {
  recording: Recording;
  proof: UsedProof;
  player: PlayerState | undefined;
  formatTime(positionMs: number): string;
  onJump(positionMs: number): void;
}

/** Who, where, when, and how much of it there is. */
export function PlayerHeader({ recording, proof, player, formatTime, onJump }: PlayerHeaderProps) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { user, host, application } = recording.attributes;
  // The player hears of it first.
  const recordingState = player?.recordingState ?? recording.state;
  const title = t('recordings.panel.title', { user: user.value, host: host.value });
  const subtitle = [application?.value, formatMoment(recording.startedAt, i18n.language)].filter(Boolean).join(' · ');
  return (
    <header className="player-header">
      <Button
        variant="icon"
        iconName="arrow-left"
        ariaLabel={t('common.back')}
        onClick={() => void navigate('/recordings')}
      />
      <h1 title={title}>{title}</h1>
      <span className="player-subtitle" title={subtitle}>
        {subtitle}
      </span>
      <span className="player-marks">
        <ProofBadge proof={proof} player={player} formatTime={formatTime} />
        {recordingState === 'interrupted' ? (
          <Popover dismissButton={false} content={t('player.interrupted')}>
            <RecordingStateLabel state={recordingState} />
          </Popover>
        ) : (
          <RecordingStateLabel state={recordingState} />
        )}
        <LiveStatus state={player} />
        {recording.gaps.length > 0 && <Gaps gaps={recording.gaps} formatTime={formatTime} onJump={onJump} />}
      </span>
    </header>
  );
}

function Gaps(props: { gaps: readonly DeclaredGap[] } & Pick<PlayerHeaderProps, 'formatTime' | 'onJump'>) {
  const { t } = useTranslation();
  const { gaps, formatTime, onJump } = props;
  const missingMs = gaps.reduce((total, { fromMs, toMs }) => total + Math.max(0, toMs - fromMs), 0);
  return (
    <Popover
      header={t('player.gaps-title')}
      size="large"
      content={
        <ul className="player-gaps">
          {gaps.map(({ fromMs, toMs, reason }) => (
            <li key={`${fromMs} ${toMs}`}>
              <Button variant="inline-link" onClick={() => onJump(Math.max(0, fromMs))}>
                {`${formatTime(fromMs)} – ${formatTime(toMs)}`}
              </Button>{' '}
              {t(`player.reason.${reason}`)}
            </li>
          ))}
        </ul>
      }
    >
      <StatusIndicator type="warning">
        {t('player.gaps', { count: gaps.length, seconds: Math.round(missingMs / 1000) })}
      </StatusIndicator>
    </Popover>
  );
}
