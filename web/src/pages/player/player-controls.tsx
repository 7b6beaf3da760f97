import { type PlaybackSpeed, type Player, type PlayerState, playbackSpeeds } from '@afterimage/player';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useTranslation } from 'react-i18next';
import type { PlayerAction } from './shortcuts.ts';

export interface PlayerControlsProps {
  player: Player | undefined;
  state: PlayerState | undefined;
  scale: 'fit' | 'original';
  isFullScreen: boolean;
  position: string;
  duration: string;
  onAction(action: PlayerAction): void;
}

export function PlayerControls(props: PlayerControlsProps) {
  const { t } = useTranslation();
  const { player, state, onAction } = props;
  const isPlaying = state?.wantsToPlay === true;
  const speed = state?.speed ?? 1;
  return (
    <div className="player-controls" role="toolbar" aria-label={t('player.controls')}>
      <Button
        variant="primary"
        iconName={isPlaying ? 'pause' : 'play'}
        ariaLabel={t(isPlaying ? 'player.pause' : 'player.play')}
        disabled={state === undefined || state.status === 'loading' || state.status === 'failed'}
        onClick={() => onAction({ kind: 'toggle-play' })}
      />
      <Button ariaLabel={t('player.back-7')} onClick={() => onAction({ kind: 'seek-by', seconds: -7 })}>
        {t('player.back-7-short')}
      </Button>
      <button
        type="button"
        className="player-time"
        title={t('player.switch-time')}
        onClick={() => onAction({ kind: 'toggle-time' })}
      >
        <span>{props.position}</span> / <span>{props.duration}</span>
      </button>
      <ButtonDropdown
        ariaLabel={t('player.speeds')}
        mainAction={{
          text: `×${speed}`,
          ariaLabel: t('player.speed', { speed }),
          onClick: () => onAction({ kind: 'next-speed' }),
        }}
        items={playbackSpeeds.map((value) => ({
          id: String(value),
          itemType: 'checkbox',
          checked: value === speed,
          text: `×${value}`,
        }))}
        onItemClick={({ detail }) =>
          player?.setSpeed(playbackSpeeds.find((value) => String(value) === detail.id) ?? (1 as PlaybackSpeed))
        }
      />
      {state?.isLive === true && (
        <Button
          className={state.isAtLiveEdge ? 'player-live player-live-at-edge' : 'player-live'}
          ariaLabel={t(state.isAtLiveEdge ? 'player.live-at-edge' : 'player.go-live')}
          onClick={() => onAction({ kind: 'go-live' })}
        >
          <span className="player-live-dot" aria-hidden="true" /> {t('player.live')}
        </Button>
      )}
      <span className="player-controls-gap" />
      <Button
        iconName={props.scale === 'fit' ? 'zoom-in' : 'zoom-to-fit'}
        ariaLabel={t(props.scale === 'fit' ? 'player.original-size' : 'player.fit')}
        onClick={() => onAction({ kind: 'toggle-scale' })}
      >
        {t(props.scale === 'fit' ? 'player.original-size' : 'player.fit')}
      </Button>
      <Button iconName="keyboard" ariaLabel={t('player.keyboard')} onClick={() => onAction({ kind: 'toggle-help' })} />
      <Button
        iconName={props.isFullScreen ? 'exit-full-screen' : 'full-screen'}
        ariaLabel={t(props.isFullScreen ? 'player.exit-full-screen' : 'player.full-screen')}
        onClick={() => onAction({ kind: 'toggle-full-screen' })}
      />
    </div>
  );
}
