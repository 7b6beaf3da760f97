import type { PlayerState } from '@afterimage/player';
import Popover from '@cloudscape-design/components/popover';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';

/** From here on a still picture is worth a word: until then it may be the pause between two segments. */
const quietFromMs = 5000;

/** How far behind reality the picture is, while one follows a live recording. */
export function LiveStatus({ state }: { state: PlayerState | undefined }) {
  const { t, i18n } = useTranslation();
  if (state?.isLive !== true) return null;
  if (state.isLiveForbidden) {
    return (
      <Popover dismissButton={false} content={t('player.live-forbidden-detail')}>
        <StatusIndicator type="info">{t('player.live-forbidden')}</StatusIndicator>
      </Popover>
    );
  }
  const text = liveText(state, i18n.language);
  if (text === undefined) return null;
  return (
    <Popover dismissButton={false} content={t('player.live-lag-detail')}>
      <span className="player-live-lag">{t(text.key, text.values)}</span>
    </Popover>
  );
}

function liveText({ isAtLiveEdge, quietMs, liveLagMs }: PlayerState, language: string) {
  if (!isAtLiveEdge) return undefined;
  if (quietMs >= quietFromMs) return { key: 'player.live-quiet', values: { seconds: Math.round(quietMs / 1000) } };
  if (liveLagMs === undefined) return undefined;
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return { key: 'player.live-lag', values: { seconds: format.format(liveLagMs / 1000) } };
}
