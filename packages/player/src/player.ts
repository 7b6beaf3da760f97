import { FirstPicture, isKnown } from './first-picture.ts';
import { IndexRefresher } from './index-refresher.ts';
import { LiveEdge } from './live/live-edge.ts';
import { isWithdrawal, PlaybackCheck } from './playback-check.ts';
import { statusOf } from './playback-status.ts';
import { noticeOf } from './player-notice.ts';
import type { PlayerOptions } from './player-options.ts';
import type { PlaybackSpeed, PlayerState } from './player-state.ts';
import { Playhead } from './playhead.ts';
import { PublishedState } from './published-state.ts';
import { ReadAhead } from './read-ahead.ts';
import { SegmentBuffer } from './segment-buffer.ts';
import { PlaybackFailure, type RecordingSource } from './source/recording-source.ts';
import { Stage } from './stage/stage.ts';
import { segmentAt } from './timeline/timeline.ts';
import { TimelineView } from './timeline/timeline-view.ts';

/** Bytes of the future that are fetched ahead, in seconds of watching. */
const readAheadSeconds = 12;
/** A seek to so near the end of a live recording means its edge. */
const liveEdgeMs = 4000;
/** A page that was not drawn for long goes on where it was instead of racing through what it missed. */
const maxTickMs = 1000;
const playBudgetMs = 12;
/** Two repaints: a seek leaves little of the time unused, and the page still answers. */
const seekBudgetMs = 30;

interface Seek {
  readonly timeMs: number;
  readonly done: () => void;
  isPlaced: boolean;
  hasPainted: boolean;
}

/**
 * Plays one recording: a clock moves over the timeline, records before it are applied to the stage, the stage paints.
 * All work is done in ticks, each of a bounded time. No React and no DOM: what people see is `state`, as an external
 * store.
 */
export class Player {
  readonly #options: PlayerOptions;
  readonly #source: RecordingSource;
  readonly #buffer: SegmentBuffer;
  readonly #stage: Stage;
  readonly #playhead: Playhead;
  readonly #readAhead: ReadAhead;
  readonly #index: IndexRefresher;
  readonly #timeline: TimelineView;
  readonly #firstPicture: FirstPicture<Seek>;
  readonly #check: PlaybackCheck;
  readonly #edge = new LiveEdge();
  readonly #published = new PublishedState();
  readonly #closing = new AbortController();
  #failure: PlaybackFailure['kind'] | undefined;
  #wantsToPlay = false;
  #followsLive = false;
  #isStarved = false;
  #speed: PlaybackSpeed = 1;
  #positionMs = 0;
  #seek: Seek | undefined;
  #lateArrivals = 0;
  #lastTickMs: number | undefined;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#source = options.source;
    this.#buffer = new SegmentBuffer(options.source, this.#closing.signal);
    this.#stage = new Stage(options.zstd, options.sink);
    this.#playhead = new Playhead(options.source, this.#buffer, this.#stage);
    const fail = (error: unknown) => this.#fail(error);
    this.#readAhead = new ReadAhead(options.source, this.#buffer, {
      // Who seeks waits for nothing but the bytes.
      arrived: () => this.#seek !== undefined && this.#tick(options.nowMs()),
      fail,
    });
    this.#index = new IndexRefresher({
      source: options.source,
      life: this.#closing.signal,
      link: options.live,
      intervalMs: options.liveIntervalMs ?? 1000,
      refreshed: () => this.#fetchNew(),
      fail,
    });
    this.#timeline = new TimelineView(options.source, this.#buffer);
    this.#firstPicture = new FirstPicture(options.source);
    this.#check = new PlaybackCheck({ source: options.source, life: this.#closing.signal, fail });
  }

  get state(): PlayerState {
    return this.#published.current;
  }

  subscribe(listener: () => void): () => void {
    return this.#published.subscribe(listener);
  }

  /**
   * Loads the index as far as the moment asked for needs it, starts the clock and shows it; a seek that came in between
   * wins. The rest of the index follows.
   */
  async open({ atMs = 0, plays = false }: { atMs?: number; plays?: boolean } = {}): Promise<void> {
    this.#wantsToPlay = plays;
    try {
      await this.#index.open(atMs);
    } catch (error) {
      this.#fail(error);
    }
    if (this.#closing.signal.aborted || this.#failure !== undefined) return;
    const shown = this.seek(this.#seek?.timeMs ?? atMs);
    this.#firstPicture.expect(this.#seek);
    this.#closing.signal.addEventListener(
      'abort',
      this.#options.onTick((nowMs) => this.#tick(nowMs)),
    );
    this.#tick(this.#options.nowMs());
    await shown;
  }

  close(): void {
    this.#closing.abort();
    this.#options.live?.letGo();
    this.#readAhead.drop();
    this.#seek?.done();
    this.#stage.close();
    this.#published.close();
  }

  play(): void {
    this.#wantsToPlay = true;
    if (this.state.status === 'ended') void this.seek(0);
    this.#publish();
  }

  pause(): void {
    this.#wantsToPlay = false;
    this.#followsLive = false;
    this.#publish();
  }

  setSpeed(speed: PlaybackSpeed): void {
    this.#speed = speed;
    this.#publish();
  }

  /** To the newest stored moment of a live recording. */
  goLive(): Promise<void> {
    this.#wantsToPlay = true;
    return this.seek(Number.POSITIVE_INFINITY);
  }

  /**
   * Shows the exact picture at a time. Resolves when it is painted, or when a later seek, a failure or the end of the
   * player took its place. What takes long shows its key image first.
   */
  seek(timeMs: number): Promise<void> {
    this.#seek?.done();
    this.#readAhead.drop();
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#closing.signal.aborted || this.#failure !== undefined) return Promise.resolve();
    const wantedMs = Math.max(0, timeMs);
    const endMs = this.#source.durationMs;
    this.#seek = { timeMs: wantedMs, done: resolve, isPlaced: false, hasPainted: false };
    this.#positionMs = Math.min(wantedMs, endMs);
    if (this.#lastTickMs !== undefined) this.#place(this.#seek, this.#positionMs, this.#lastTickMs);
    this.#followsLive = this.#index.mayGrow && wantedMs >= endMs - liveEdgeMs;
    this.#edge.forget();
    this.#publish();
    return promise;
  }

  #tick(nowMs: number): void {
    if (this.#failure !== undefined) return;
    // The time of a repaint is that of its frame, which may have begun before the tick that opening makes.
    const elapsedMs = Math.min(maxTickMs, Math.max(0, nowMs - (this.#lastTickMs ?? nowMs)));
    this.#lastTickMs = nowMs;
    if (!this.#firstPicture.isAwaited(this.#seek, nowMs)) this.#index.tick(nowMs);
    if (this.#failure !== undefined) return;
    this.#check.tick(nowMs);
    this.#takeLateArrivals();
    const budgetMs = this.#options.decodeBudgetMs ?? (this.#seek === undefined ? playBudgetMs : seekBudgetMs);
    const untilMs = this.#options.nowMs() + budgetMs;
    const isTimeLeft = () => this.#options.nowMs() < untilMs;
    try {
      if (this.#seek !== undefined) this.#advanceSeek(this.#seek, nowMs, isTimeLeft);
      else if (this.#wantsToPlay) this.#advancePlayback(nowMs, elapsedMs, isTimeLeft);
      else this.#fetchAround(this.#positionMs, nowMs);
    } catch (error) {
      this.#fail(error);
    }
    this.#publish();
  }

  #takeLateArrivals(): void {
    if (this.#source.lateArrivals === this.#lateArrivals) return;
    this.#lateArrivals = this.#source.lateArrivals;
    if (this.#playhead.rejoin(this.#positionMs) && this.#seek === undefined) void this.seek(this.#positionMs);
  }

  #advanceSeek(seek: Seek, nowMs: number, isTimeLeft: () => boolean): void {
    const targetMs = Math.min(seek.timeMs, this.#source.durationMs);
    this.#positionMs = targetMs;
    this.#isStarved = true;
    if (!this.#place(seek, targetMs, nowMs)) return;
    const progress = this.#playhead.advance(targetMs, isTimeLeft);
    const isDone = progress === 'reached';
    if (isDone || (!seek.hasPainted && this.#stage.picture !== undefined)) {
      this.#stage.present();
      seek.hasPainted = true;
    }
    this.#isStarved = !isDone;
    if (!isDone) return;
    this.#seek = undefined;
    seek.done();
  }

  /** Has on its way what the seek needs, or waits for the index to know it. @returns whether it is known */
  #place(seek: Seek, targetMs: number, nowMs: number): boolean {
    if (!isKnown(this.#source, targetMs)) return false;
    if (!seek.isPlaced) this.#playhead.aim(targetMs);
    seek.isPlaced = true;
    this.#fetch(targetMs, nowMs);
    return true;
  }

  #advancePlayback(nowMs: number, elapsedMs: number, isTimeLeft: () => boolean): void {
    const endMs = this.#source.durationMs;
    const wantedMs = this.#followsLive
      ? this.#edge.follow(this.#positionMs, endMs, elapsedMs, this.#speed)
      : Math.min(endMs, this.#positionMs + elapsedMs * this.#speed);
    const isMoving = wantedMs > this.#positionMs;
    this.#playhead.skipTo(wantedMs);
    this.#fetchAround(wantedMs, nowMs);
    const progress = this.#playhead.advance(wantedMs, isTimeLeft);
    this.#isStarved = progress === 'lacks-bytes';
    if (progress === 'reached') this.#positionMs = wantedMs;
    else this.#positionMs = Math.max(this.#positionMs, Math.min(wantedMs, this.#playhead.reachedMs));
    this.#stage.present();
    this.#edge.measure(nowMs, endMs, isMoving, this.#source.ageMs(this.#positionMs));
    if (this.#positionMs < endMs) return;
    if (this.#index.mayGrow) this.#followsLive = true;
    else this.#wantsToPlay = false;
  }

  #fetchAround(positionMs: number, nowMs: number): void {
    this.#fetch(positionMs + readAheadSeconds * 1000 * Math.max(1, this.#speed), nowMs);
  }

  /** Up to a time and no further: what is shown next comes before what is shown later. */
  #fetch(untilMs: number, nowMs: number): void {
    this.#readAhead.want(this.#playhead.segmentPosition, segmentAt(this.#source.segments, untilMs), nowMs);
  }

  #fetchNew(): void {
    if (this.#closing.signal.aborted || this.#failure !== undefined || this.#seek !== undefined) return;
    this.#fetchAround(this.#positionMs, this.#lastTickMs ?? 0);
  }

  #fail(error: unknown): void {
    if (this.#closing.signal.aborted || this.#failure !== undefined) return;
    this.#failure = error instanceof PlaybackFailure ? error.kind : 'internal';
    this.#seek?.done();
    this.#seek = undefined;
    const isWithdrawn = isWithdrawal(this.#failure);
    if (isWithdrawn) this.#forget();
    this.#publish();
    if (isWithdrawn) this.close();
  }

  /** What nobody may see any more is not to be seen where it happens to be decoded already. */
  #forget(): void {
    this.#readAhead.drop();
    this.#buffer.forget();
    this.#source.forgetKeys();
    this.#stage.forget();
  }

  #statusNow(): PlayerState['status'] {
    return statusOf({
      hasFailed: this.#failure !== undefined,
      isOpen: this.#index.recordingState !== undefined && this.#lastTickMs !== undefined,
      isSeeking: this.#seek !== undefined,
      isAtEnd: this.#positionMs >= this.#source.durationMs,
      mayGrow: this.#index.mayGrow,
      wantsToPlay: this.#wantsToPlay,
      isStarved: this.#isStarved,
    });
  }

  #publish(): void {
    const lists = this.#timeline.lists();
    const isBetweenPictures = this.#seek !== undefined && !this.#seek.hasPainted;
    const notice = isBetweenPictures ? this.state.notice : noticeOf(this.#stage, lists, this.#positionMs);
    const isAtLiveEdge = this.#followsLive && this.#index.recordingState === 'live';
    const next: PlayerState = {
      status: this.#statusNow(),
      wantsToPlay: this.#wantsToPlay,
      recordingState: this.#index.recordingState,
      positionMs: this.#positionMs,
      durationMs: this.#source.durationMs,
      speed: this.#speed,
      isLive: this.#index.recordingState === 'live',
      isAtLiveEdge,
      liveLagMs: isAtLiveEdge ? this.#edge.lagMs : undefined,
      quietMs: isAtLiveEdge ? this.#edge.quietMs(this.#lastTickMs ?? 0) : 0,
      isLiveForbidden: this.#options.live?.isForbidden === true,
      isUnreachable: this.#readAhead.isUnreachable || this.#index.isUnreachable,
      ...lists,
      notice,
      failure: this.#failure,
      hasPicture: isBetweenPictures ? this.state.hasPicture : this.#stage.picture !== undefined && notice === undefined,
    };
    if (!this.#closing.signal.aborted) this.#published.tell(next, this.#options.nowMs());
  }
}
