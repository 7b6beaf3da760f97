/** Turns instants into the wall clock of a time zone and back; wall-clock times are written as if they were UTC. */
export interface ZonedClock {
  toWallMs(instantMs: number): number;
  /** The first instant at which the clock shows the time; undefined for one that the clock jumps over. */
  fromWallMs(wallMs: number): number | undefined;
}

const hourMs = 3_600_000;
/** No zone is farther from UTC. */
const widestOffsetMs = 15 * hourMs;

/** @param timeZone an IANA name. Errors: RangeError for a zone that does not exist. */
export function zonedClock(timeZone: string): ZonedClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const toWallMs = (instantMs: number): number => {
    const parts = Object.fromEntries(format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (instantMs % 1000);
  };
  return {
    toWallMs,
    fromWallMs(wallMs) {
      // The zone's offsets before and after any change near the time; the larger one gives the earlier instant.
      const offsets = [-widestOffsetMs, widestOffsetMs].map((shiftMs) => {
        const instantMs = wallMs + shiftMs;
        return toWallMs(instantMs) - instantMs;
      });
      const instants = offsets.toSorted((left, right) => right - left).map((offsetMs) => wallMs - offsetMs);
      return instants.find((instantMs) => toWallMs(instantMs) === wallMs);
    },
  };
}
