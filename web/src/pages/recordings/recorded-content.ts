import type { Recording } from '@afterimage/contracts';
import type { TFunction } from 'i18next';

/** What is there to be seen, and from when on where it began with events alone. */
export function describeContent(
  { content, screenFromMs }: Pick<Recording, 'content' | 'screenFromMs'>,
  { t, formatTime }: { t: TFunction; formatTime(positionMs: number): string },
): string {
  if (screenFromMs === undefined) return t(`recordings.content.${content}`);
  return t('recordings.content.screen-from', { at: formatTime(screenFromMs) });
}

/** Only events were recorded at this time: there is no picture, and none is missing. */
export function isBeforeScreen(
  { content, screenFromMs }: Pick<Recording, 'content' | 'screenFromMs'>,
  positionMs: number,
): boolean {
  return content === 'events' || (screenFromMs !== undefined && positionMs < screenFromMs);
}
