import type { RecordedEvent } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Input from '@cloudscape-design/components/input';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface PlayerEventsProps {
  events: readonly RecordedEvent[];
  isLoading: boolean;
  error: unknown;
  positionMs: number;
  formatTime(positionMs: number): string;
  onJump(event: RecordedEvent): void;
}

/** What was noticed, in time order; follows the clock, and a click jumps there. */
export function PlayerEvents({ events, isLoading, error, positionMs, formatTime, onJump }: PlayerEventsProps) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState('');
  const shown = useMemo(() => {
    const nameOf = ({ kind }: RecordedEvent) => t(`player.event-kind.${kind}`).toLowerCase();
    const text = wanted.trim().toLowerCase();
    return text === ''
      ? events
      : events.filter((event) => event.text.toLowerCase().includes(text) || nameOf(event).includes(text));
  }, [events, wanted, t]);
  const current = shown.findLast(({ atMs }) => atMs <= positionMs)?.eventId;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (current === undefined) return;
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return (
    <section className="player-events" aria-label={t('player.events')}>
      <div className="player-events-search">
        <Input
          type="search"
          value={wanted}
          placeholder={t('player.find-event')}
          ariaLabel={t('player.find-event')}
          onChange={({ detail }) => setWanted(detail.value)}
        />
      </div>
      {shown.length === 0 && (
        <Box padding="m" color="text-body-secondary" textAlign="center">
          {isLoading ? (
            <StatusIndicator type="loading">{t('player.loading-events')}</StatusIndicator>
          ) : (
            t(events.length > 0 ? 'player.no-event-matches' : error ? 'player.events-failed' : 'player.no-events')
          )}
        </Box>
      )}
      <ol ref={list}>
        {shown.map((event) => (
          <li key={event.eventId}>
            <button
              type="button"
              className="player-event"
              {...(event.eventId === current ? { 'aria-current': 'time' as const } : {})}
              onClick={() => onJump(event)}
            >
              <span className="player-event-time">{formatTime(event.atMs)}</span>
              <span className="player-event-kind">{t(`player.event-kind.${event.kind}`)}</span>
              <span className="player-event-text" title={event.text}>
                {event.text}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
