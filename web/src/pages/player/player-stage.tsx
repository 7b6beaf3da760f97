import type { Recording } from '@afterimage/contracts';
import type { PlayerState } from '@afterimage/player';
import Icon from '@cloudscape-design/components/icon';
import Spinner from '@cloudscape-design/components/spinner';
import { type RefObject, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isBeforeScreen } from '../recordings/recorded-content.ts';

export interface PlayerStageProps {
  recording: Recording;
  formatTime(positionMs: number): string;
  picture: RefObject<HTMLCanvasElement | null>;
  pointer: RefObject<HTMLCanvasElement | null>;
  state: PlayerState | undefined;
  scale: 'fit' | 'original';
  onToggle(): void;
  onSeekBy(seconds: number): void;
}

/** The picture, and what stands in its place when there is none. */
export function PlayerStage(props: PlayerStageProps) {
  const { picture, pointer, recording, state, scale, formatTime, onToggle, onSeekBy } = props;
  const { t } = useTranslation();
  const stage = useRef<HTMLDivElement>(null);
  useWheelSeek(stage, scale === 'fit', onSeekBy);
  const speed = state?.speed ?? 1;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the play button and the space key do the same
    // biome-ignore lint/a11y/noStaticElementInteractions: a convenience of the mouse only
    <div
      ref={stage}
      className={`player-stage player-stage-${scale}`}
      data-status={state?.status ?? 'loading'}
      onClick={onToggle}
    >
      <div className="player-picture" data-shown={state?.hasPicture === true}>
        <canvas ref={picture} className="player-canvas" aria-label={t('player.picture')} role="img" />
        <canvas ref={pointer} className="player-pointer" hidden />
      </div>
      <StageMessage state={state} recording={recording} formatTime={formatTime} />
      {speed !== 1 && (
        <span key={speed} className="player-speed" aria-hidden="true">
          ×{speed}
        </span>
      )}
    </div>
  );
}

const wheelNotch = 100;

/** PLY-058, 059, 064, 065: 15 seconds a notch, 90 with Ctrl; touch pads send a notch in pieces. */
function useWheelSeek(stage: RefObject<HTMLElement | null>, isOn: boolean, onSeekBy: (seconds: number) => void): void {
  const latest = useRef(onSeekBy);
  latest.current = onSeekBy;
  useEffect(() => {
    const element = stage.current;
    if (element === null || !isOn) return;
    let turned = 0;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      turned += event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : Math.sign(event.deltaY) * wheelNotch;
      const notches = Math.trunc(turned / wheelNotch);
      turned -= notches * wheelNotch;
      if (notches !== 0) latest.current(notches * (event.ctrlKey ? 90 : 15));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [stage, isOn]);
}

function StageMessage({ state, recording, formatTime }: Pick<PlayerStageProps, 'state' | 'recording' | 'formatTime'>) {
  const { t } = useTranslation();
  if (state === undefined || state.status === 'loading') return <Message isBusy text={t('player.loading')} />;
  if (state.status === 'failed') return null;
  if (state.isUnreachable && state.status !== 'playing' && state.status !== 'paused') {
    return <Message isBusy text={t('player.unreachable')} detail={t('player.unreachable-detail')} />;
  }
  const { notice } = state;
  if (notice !== undefined && !('reason' in notice)) {
    return <Message text={t('player.damaged')} detail={t(`player.${notice.kind}-detail`)} />;
  }
  if (notice?.reason === 'events-only') return <Message isCalm text={t('player.events-only-here')} />;
  if (notice !== undefined) {
    const detail = t(`player.reason.${notice.reason}`, { defaultValue: notice.reason });
    return <Message text={t(`player.notice.${notice.kind}`)} detail={detail} />;
  }
  if (state.status === 'buffering') return <Message isBusy isLate text={t('player.buffering')} />;
  if (state.hasPicture) return null;
  if (isBeforeScreen(recording, state.positionMs)) {
    const { screenFromMs } = recording;
    if (screenFromMs === undefined) return <Message isCalm text={t('player.events-only')} />;
    const detail = t('player.screen-from', { at: formatTime(screenFromMs) });
    return <Message isCalm text={t('player.events-only-here')} detail={detail} />;
  }
  const isWaiting = state.status === 'waiting-for-live';
  return <Message isBusy={isWaiting} text={t(isWaiting ? 'player.no-picture-yet' : 'player.no-picture')} />;
}

interface MessageProps {
  text: string;
  detail?: string;
  isBusy?: boolean;
  /** Shown only when it lasts: most seeks are over before one could read it. */
  isLate?: boolean;
  /** Nothing is wrong and nothing is missing. */
  isCalm?: boolean;
}

function Message({ text, detail, isBusy = false, isLate = false, isCalm = false }: MessageProps) {
  const manner = isLate ? ' player-message-late' : isCalm ? ' player-message-calm' : '';
  return (
    <div className={`player-message${manner}`} role="status">
      {isBusy && <Spinner />}
      {isCalm && <Icon name="list-view" size="medium" />}
      <strong>{text}</strong>
      {detail !== undefined && <span>{detail}</span>}
    </div>
  );
}
