import type { PlayerState, TimeRange } from '@afterimage/player';
import { type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface SeekBarProps {
  state: PlayerState;
  idle: readonly TimeRange[];
  eventTimes: readonly number[];
  /** A position as people read it, elapsed or absolute. */
  formatTime(positionMs: number): string;
  onSeek(positionMs: number): void;
}

/** Position on the timeline, with what is buffered, idle, missing and damaged, and where events are. */
export function SeekBar({ state, idle, eventTimes, formatTime, onSeek }: SeekBarProps) {
  const { t } = useTranslation();
  const track = useRef<HTMLDivElement>(null);
  const [hoverMs, setHoverMs] = useState<number>();
  const [isDragging, setDragging] = useState(false);
  const durationMs = Math.max(1, state.durationMs);
  const percent = (timeMs: number) => `${(Math.min(Math.max(0, timeMs), durationMs) / durationMs) * 100}%`;
  const timeAt = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * durationMs;
  };
  return (
    <div
      ref={track}
      className="seek-bar"
      role="slider"
      tabIndex={0}
      aria-label={t('player.seek')}
      aria-valuemin={0}
      aria-valuemax={Math.round(state.durationMs)}
      aria-valuenow={Math.round(state.positionMs)}
      aria-valuetext={formatTime(state.positionMs)}
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
        <Ranges kind="buffered" ranges={state.buffered} percent={percent} />
        <Ranges kind="idle" ranges={idle} percent={percent} />
        <Ranges kind="hole" ranges={state.holes} percent={percent} />
        <Ranges kind="damaged" ranges={state.damaged} percent={percent} />
        <div className="seek-bar-played" style={{ width: percent(state.positionMs) }} />
        {eventTimes.map((timeMs) => (
          <div key={timeMs} className="seek-bar-event" style={{ left: percent(timeMs) }} />
        ))}
      </div>
      <div className="seek-bar-thumb" style={{ left: percent(state.positionMs) }} />
      {hoverMs !== undefined && (
        <div className="seek-bar-hover" style={{ left: percent(hoverMs) }}>
          {formatTime(hoverMs)}
        </div>
      )}
    </div>
  );
}

function Ranges(props: { kind: string; ranges: readonly TimeRange[]; percent(timeMs: number): string }) {
  return props.ranges.map(({ fromMs, toMs }) => (
    <div
      key={fromMs}
      className={`seek-bar-range seek-bar-${props.kind}`}
      style={{ left: props.percent(fromMs), width: `calc(${props.percent(toMs)} - ${props.percent(fromMs)})` }}
    />
  ));
}
