import type { PlayerState } from '@afterimage/player';
import Spinner from '@cloudscape-design/components/spinner';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';

export interface PlayerStageProps {
  picture: RefObject<HTMLCanvasElement | null>;
  pointer: RefObject<HTMLCanvasElement | null>;
  state: PlayerState | undefined;
  scale: 'fit' | 'original';
  onToggle(): void;
}

/** The picture, and what stands over it when there is none. */
export function PlayerStage({ picture, pointer, state, scale, onToggle }: PlayerStageProps) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the play button and the space key do the same
    // biome-ignore lint/a11y/noStaticElementInteractions: a convenience of the mouse only
    <div className={`player-stage player-stage-${scale}`} onClick={onToggle}>
      <div className="player-picture">
        <canvas ref={picture} className="player-canvas" aria-label={t('player.picture')} role="img" />
        <canvas ref={pointer} className="player-pointer" hidden />
      </div>
      <StageMessage state={state} />
    </div>
  );
}

function StageMessage({ state }: { state: PlayerState | undefined }) {
  const { t } = useTranslation();
  if (state === undefined || state.status === 'loading') return <Message isBusy text={t('player.loading')} />;
  if (state.status === 'failed') return null;
  const isDamaged = state.damaged.some(({ fromMs, toMs }) => fromMs <= state.positionMs && state.positionMs < toMs);
  if (isDamaged) return <Message text={t('player.damaged')} detail={t('player.damaged-detail')} />;
  if (state.notice !== undefined) {
    const { kind, reason } = state.notice;
    return (
      <Message text={t(`player.notice.${kind}`)} detail={t(`player.reason.${reason}`, { defaultValue: reason })} />
    );
  }
  if (!state.hasPicture)
    return <Message isBusy={state.isLive} text={t(state.isLive ? 'player.no-picture-yet' : 'player.no-picture')} />;
  if (state.status === 'buffering') return <Message isBusy text={t('player.buffering')} />;
  return null;
}

function Message({ text, detail, isBusy = false }: { text: string; detail?: string; isBusy?: boolean }) {
  return (
    <div className="player-message" role="status">
      {isBusy && <Spinner />}
      <strong>{text}</strong>
      {detail !== undefined && <span>{detail}</span>}
    </div>
  );
}
