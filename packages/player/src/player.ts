import { ScreenFormatError, type ZstdStreams } from '@afterimage/recording';
import { initialPlayerState, type PlaybackSpeed, type PlayerState } from './player-state.ts';
import { SegmentBuffer } from './segment-buffer.ts';
import { PlaybackFailure, type RecordingSource } from './source/recording-source.ts';
import { type PictureSink, Stage } from './stage/stage.ts';
import { durationOf, followsHole, holesOf, keyStartFor, segmentAt, type TimeRange } from './timeline/timeline.ts';

export interface PlayerOptions {
  source: RecordingSource;
  sink: PictureSink;
  zstd: Pick<ZstdStreams, 'decompressor'>;
  /** Calls back before each repaint with a monotonic time in milliseconds; returns how to stop. */
  onTick(callback: (nowMs: number) => void): () => void;
  /** How often a live recording is asked for more. Default 1 s. */
  liveIntervalMs?: number;
}

/** Bytes of the future that are fetched ahead, in seconds of watching. */
const readAheadSeconds = 12;
const liveEdgeMs = 4000;

/**
 * Plays one recording: a clock moves over the timeline, records before it are applied to the stage, the stage paints.
 * No React and no DOM: what people see is `state`, as an external store.
 */
export class Player {
  readonly #options: PlayerOptions;
  readonly #source: RecordingSource;
  readonly #buffer: SegmentBuffer;
  readonly #stage: Stage;
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  #state: PlayerState = initialPlayerState;
  #wantsToPlay = false;
  #positionMs = 0;
  #lastTickMs: number | undefined;
  #nextRefreshMs = Number.POSITIVE_INFINITY;
  /** The next record to apply. */
  #segmentPosition = 0;
  #recordIndex = 0;
  #decodedDamage: TimeRange[] = [];
  #seek = 0;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#source = options.source;
    this.#buffer = new SegmentBuffer(options.source);
    this.#stage = new Stage(options.zstd, options.sink);
  }

  get state(): PlayerState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Loads the index, shows the moment asked for, and starts the clock. */
  async open({ atMs = 0, plays = false }: { atMs?: number; plays?: boolean } = {}): Promise<void> {
    const stop = this.#options.onTick((nowMs) => this.#tick(nowMs));
    this.#closing.signal.addEventListener('abort', stop);
    this.#wantsToPlay = plays;
    try {
      await this.#refresh();
      await this.seek(atMs);
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    this.#closing.abort();
    this.#stage.close();
    this.#listeners.clear();
  }

  play(): void {
    this.#wantsToPlay = true;
    if (this.#state.status === 'ended') void this.seek(0);
    this.#publish({ status: this.#statusNow() });
  }

  pause(): void {
    this.#wantsToPlay = false;
    this.#publish({ status: this.#statusNow() });
  }

  setSpeed(speed: PlaybackSpeed): void {
    this.#publish({ speed });
  }

  /** To the newest stored moment of a live recording. */
  goLive(): Promise<void> {
    this.#wantsToPlay = true;
    return this.seek(durationOf(this.#source.segments));
  }

  /** Shows the exact picture at a time; resolves when it is painted, or when a later seek took its place. */
  async seek(timeMs: number): Promise<void> {
    const turn = ++this.#seek;
    const { segments } = this.#source;
    const target = Math.min(Math.max(0, timeMs), durationOf(segments));
    this.#positionMs = target;
    this.#lastTickMs = undefined;
    this.#publish({ positionMs: target });
    if (segments.length === 0) return;
    const start = keyStartFor(segments, target);
    if (start < 0) return;
    const reached = segmentAt(segments, target);
    try {
      await this.#buffer.load(start, reached + 1, this.#closing.signal);
      if (turn !== this.#seek) return;
      this.#restartAt(start);
      this.#applyUntil(target);
      this.#stage.present();
      this.#publish({ status: this.#statusNow() });
    } catch (error) {
      if (turn === this.#seek) this.#fail(error);
    }
  }

  #restartAt(position: number): void {
    this.#segmentPosition = position;
    this.#recordIndex = 0;
    this.#stage.reset();
  }

  #tick(nowMs: number): void {
    if (this.#state.status === 'failed') return;
    if (nowMs >= this.#nextRefreshMs) {
      this.#nextRefreshMs = Number.POSITIVE_INFINITY;
      this.#refresh().catch((error) => this.#failUnlessPassing(error));
    }
    this.#scheduleRefresh(nowMs);
    const elapsedMs = this.#lastTickMs === undefined ? 0 : nowMs - this.#lastTickMs;
    this.#lastTickMs = nowMs;
    if (!this.#wantsToPlay || this.#state.status === 'loading') return;
    const wantedMs = Math.min(this.#positionMs + elapsedMs * this.#state.speed, durationOf(this.#source.segments));
    this.#readAhead(wantedMs);
    if (this.#applyUntil(wantedMs)) this.#positionMs = wantedMs;
    this.#stage.present();
    this.#publish({ positionMs: this.#positionMs, status: this.#statusNow() });
  }

  #isRefreshing = false;

  #scheduleRefresh(nowMs: number): void {
    if (this.#nextRefreshMs === Number.POSITIVE_INFINITY && !this.#isRefreshing && this.#canGrow()) {
      this.#nextRefreshMs = nowMs + (this.#options.liveIntervalMs ?? 1000);
    }
  }

  #canGrow(): boolean {
    const { recordingState } = this.#state;
    return recordingState === 'live' || recordingState === 'interrupted' || recordingState === 'sealing';
  }

  async #refresh(): Promise<void> {
    this.#isRefreshing = true;
    try {
      const recordingState = await this.#source.refresh(this.#closing.signal);
      const { segments } = this.#source;
      this.#publish({
        recordingState,
        durationMs: durationOf(segments),
        isLive: recordingState === 'live',
        holes: holesOf(segments),
        ...(this.#state.status === 'loading' ? { status: 'paused' as const } : {}),
      });
    } finally {
      this.#isRefreshing = false;
    }
  }

  /** Applies all records up to the time. False when segments that are needed are not there yet. */
  #applyUntil(timeMs: number): boolean {
    const { segments } = this.#source;
    while (this.#segmentPosition < segments.length) {
      const segment = segments[this.#segmentPosition];
      if (segment === undefined || segment.startMs > timeMs) return true;
      const opened = this.#buffer.get(this.#segmentPosition);
      if (opened === undefined) return false;
      if (this.#recordIndex === 0 && (opened.isDamaged || followsHole(segments, this.#segmentPosition)))
        this.#stage.reset();
      for (; this.#recordIndex < opened.records.length; this.#recordIndex++) {
        const record = opened.records[this.#recordIndex];
        if (record === undefined) break;
        if (record.timeMs > timeMs) return true;
        this.#apply(() => this.#stage.apply(segment.sequence, record), segment);
      }
      // More of a growing recording's last segment cannot come: segments are immutable.
      this.#segmentPosition += 1;
      this.#recordIndex = 0;
    }
    return true;
  }

  #apply(work: () => void, segment: { startMs: number; endMs: number }): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ScreenFormatError)) throw error;
      this.#decodedDamage = [...this.#decodedDamage, { fromMs: segment.startMs, toMs: segment.endMs }];
    }
  }

  #readAhead(positionMs: number): void {
    const { segments } = this.#source;
    const horizonMs = positionMs + readAheadSeconds * 1000 * Math.max(1, this.#state.speed);
    const last = segmentAt(segments, horizonMs);
    let from = this.#segmentPosition;
    while (from <= last && (this.#buffer.get(from) !== undefined || this.#buffer.isLoading(from))) from += 1;
    if (from > last) return;
    this.#buffer.load(from, last + 1, this.#closing.signal).catch((error) => this.#failUnlessPassing(error));
  }

  #statusNow(): PlayerState['status'] {
    if (this.#state.status === 'failed' || this.#state.status === 'loading') return this.#state.status;
    const isAtEnd = this.#positionMs >= durationOf(this.#source.segments);
    if (isAtEnd && !this.#canGrow() && this.#wantsToPlay) return 'ended';
    if (!this.#wantsToPlay) return this.#state.status === 'ended' && isAtEnd ? 'ended' : 'paused';
    if (isAtEnd) return 'waiting-for-live';
    const isStalled =
      this.#buffer.get(this.#segmentPosition) === undefined && this.#segmentPosition < this.#source.segments.length;
    const isDue = (this.#source.segments[this.#segmentPosition]?.startMs ?? 0) <= this.#positionMs;
    return isStalled && isDue ? 'buffering' : 'playing';
  }

  /** A lost network heals; playback goes on from what is buffered and asks again. */
  #failUnlessPassing(error: unknown): void {
    if (error instanceof PlaybackFailure && error.kind === 'unreachable') return;
    this.#fail(error);
  }

  #fail(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    const failure = error instanceof PlaybackFailure ? error.kind : 'internal';
    this.#publish({ status: 'failed', failure });
  }

  #publish(change: Partial<PlayerState>): void {
    const next: PlayerState = { ...this.#state, ...change };
    const durationMs = durationOf(this.#source.segments);
    this.#state = {
      ...next,
      isAtLiveEdge: next.isLive && durationMs - next.positionMs < liveEdgeMs,
      buffered: this.#buffer.bufferedRanges(),
      damaged: [...this.#buffer.damagedRanges(), ...this.#decodedDamage],
      notice: this.#stage.notice,
      hasPicture: this.#stage.picture !== undefined,
    };
    for (const listener of this.#listeners) listener();
  }
}
