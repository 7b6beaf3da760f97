import type { PlayerState, TimeRange } from '@afterimage/player';
import { type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface SeekBarProps {
  state: PlayerState | undefined;
  durationMs: number;
  idle: readonly TimeRange[];
  /** What the service says is missing; the player finds what it meets. */
  declaredGaps: readonly TimeRange[];
  eventTimes: readonly number[];
  /** A position as people read it, elapsed or absolute. */
  formatTime(positionMs: number): string;
  onSeek(positionMs: number): void;
}

/** Position on the timeline, with what is buffered, idle, missing and damaged, and where events are. */
export function SeekBar(props: SeekBarProps) {
  const { state, idle, declaredGaps, eventTimes, formatTime, onSeek } = props;
  const { t } = useTranslation();
  const track = useRef<HTMLDivElement>(null);
  const [hoverMs, setHoverMs] = useState<number>();
  const [isDragging, setDragging] = useState(false);
  const durationMs = Math.max(1, props.durationMs);
  const positionMs = state?.positionMs ?? 0;
  const gaps = joinedGaps(declaredGaps, state?.gaps ?? []);
  const percent = (timeMs: number) => `${(Math.min(Math.max(0, timeMs), durationMs) / durationMs) * 100}%`;
  const timeAt = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return Math.round(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * durationMs);
  };
  return (
    <div
      ref={track}
      className="seek-bar"
      role="slider"
      tabIndex={0}
      aria-label={t('player.seek')}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationMs)}
      aria-valuenow={Math.round(positionMs)}
      aria-valuetext={formatTime(positionMs)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragging(true);
        onSeek(timeAt(event));
      }}
      onPointerMove={(event) => {
        setHoverMs(timeAt(event));
        if (isDragging) onSeek(timeAt(event));
      }}
      onPointerUp={() => setDragging(false)}
      onPointerLeave={() => setHoverMs(undefined)}
    >
      <div className="seek-bar-track">
        <Ranges kind="buffered" ranges={state?.buffered ?? []} percent={percent} />
        <div className="seek-bar-played" style={{ width: percent(positionMs) }} />
        <Ranges kind="idle" ranges={idle} percent={percent} />
        <Ranges kind="gap" ranges={gaps} percent={percent} />
        <Ranges kind="damaged" ranges={state?.damaged ?? []} percent={percent} />
        {[...new Set(eventTimes)].map((timeMs) => (
          <div key={timeMs} className="seek-bar-event" style={{ left: percent(timeMs) }} />
        ))}
      </div>
      <div className="seek-bar-thumb" style={{ left: percent(positionMs) }} />
      {hoverMs !== undefined && (
        <div className="seek-bar-hover" style={{ left: `clamp(3rem, ${percent(hoverMs)}, 100% - 3rem)` }}>
          {formatTime(hoverMs)}
        </div>
      )}
    </div>
  );
}

/** The same gap may be known from both sides. */
function joinedGaps(declared: readonly TimeRange[], found: readonly TimeRange[]): readonly TimeRange[] {
  const byTime = new Map([...declared, ...found].map((range) => [`${range.fromMs} ${range.toMs}`, range]));
  return [...byTime.values()];
}

function Ranges(props: { kind: string; ranges: readonly TimeRange[]; percent(timeMs: number): string }) {
  return props.ranges.map(({ fromMs, toMs }) => (
    <div
      key={`${fromMs} ${toMs}`}
      className={`seek-bar-range seek-bar-${props.kind}`}
      style={{ left: props.percent(fromMs), width: `calc(${props.percent(toMs)} - ${props.percent(fromMs)})` }}
    />
  ));
}
