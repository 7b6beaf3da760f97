import type { RecordedContent } from '@afterimage/contracts';
import type { RecordingCatalog } from '@afterimage/core';
import * as z from 'zod';

/** Enough for a mean, few enough to read at once. */
const measuredRecordings = 200;
const hourMs = 3_600_000;
/** Less says nothing of an hour. */
const minDurationMs = 60_000;

export const measuredSchema = z.object({
  recordings: z.int().min(0),
  screenBytesPerHour: z.number().min(0),
  eventBytesPerHour: z.number().min(0),
});
export type Measured = z.infer<typeof measuredSchema>;

/** What an hour of the newest recordings took, all together: the mean that long recordings count more in. */
export async function measureRecordings(catalog: Pick<RecordingCatalog, 'listByTime'>): Promise<Measured> {
  const { items } = await catalog.listByTime({ limit: measuredRecordings });
  const long = items.filter(({ durationMs }) => durationMs >= minDurationMs);
  const perHour = (wanted: RecordedContent) => {
    const some = long.filter(({ content }) => content === wanted);
    const hours = some.reduce((sum, { durationMs }) => sum + durationMs, 0) / hourMs;
    return hours === 0 ? 0 : some.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / hours;
  };
  return { recordings: long.length, screenBytesPerHour: perHour('screen'), eventBytesPerHour: perHour('events') };
}
