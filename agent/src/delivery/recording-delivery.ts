import { getCommits, type RecordingCommit, type RecordingId, watchedSegmentMs } from '@afterimage/contracts';
import type { Watch } from '../channel/watches.ts';
import type { Logger } from '../log/logger.ts';
import type { RecordingFolder } from '../recordings/recording-folder.ts';
import type { SegmentSpool } from '../spool/segment-spool.ts';
import type { Clock } from '../time/clock.ts';
import type { ServiceClient } from '../transport/service-client.ts';
import { AgentNotTrustedError, ServiceRefusedError } from '../transport/service-error.ts';
import { announceRecording, type LateDecision, settleWithoutUser } from './announce-recording.ts';
import { ChunkUploader, type UploadManner } from './chunk-uploader.ts';
import { HurriedUploads } from './hurried-uploads.ts';

export interface RecordingDeliveryOptions {
  readonly folder: RecordingFolder;
  readonly spool: SegmentSpool;
  readonly client: ServiceClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Segments that were not stored in this time are discarded (TRN-005). */
  readonly messageLifeMs: number;
  /** What waits goes up before its time once it fills a chunk. */
  readonly maxUploadBytes: number;
  /** Default: what the decision says. */
  readonly uploadIntervalMs?: number;
  /** A commit says that somebody watches. */
  readonly onWatch: (watch: Watch) => void;
  /** Has `advance` called soon. */
  readonly wake: () => void;
  readonly fetch?: typeof fetch;
}

/** How far one recording has come, as `status` shows it. */
export interface DeliveryProgress {
  readonly recordingId: string;
  readonly isEnded: boolean;
  readonly sealedSequence: number;
  readonly contiguousSequence: number;
  readonly spooledSegments: number;
  readonly spooledBytes: number;
  readonly rejectedCount: number;
  readonly discardedCount: number;
  readonly refusedBecause: string | undefined;
}

const defaultUploadIntervalMs = 60_000;
const commitPollMs = 2_000;
/** After the last upload of a recording that has ended, somebody may be waiting. */
const hurriedMs = 30_000;
const hurriedPollMs = 500;
/** What was uploaded and is not stored after this time is uploaded again; the service takes it any number of times. */
const resendAfterMs = 120_000;
const minPauseMs = 50;
const maxPauseMs = 30_000;
const refusedPauseMs = 500;

/** Brings one recording to the service: announces it, uploads chunks in order, frees what the service has stored. */
export class RecordingDelivery {
  readonly #options: RecordingDeliveryOptions;
  readonly #uploader: ChunkUploader;
  readonly #hurried: HurriedUploads;
  #lastUploadMs: number;
  #lastPollMs = 0;
  #contiguousSequence = 0;
  #rejectedCount = 0;
  #discardedCount = 0;
  #wasAnnouncedAgain = false;
  #isComplete = false;
  #uploadIntervalMs: number | undefined;
  #settleLate: LateDecision = settleWithoutUser;
  /** Somebody watched when the last upload was made. */
  #isStreaming = false;

  constructor(options: RecordingDeliveryOptions) {
    this.#options = options;
    this.#uploadIntervalMs = options.uploadIntervalMs;
    this.#uploader = new ChunkUploader({ ...options, onCommit: (commit) => this.#take(commit) });
    this.#hurried = new HurriedUploads({
      upload: (signal) => this.#upload({ notifies: true }, signal),
      onSettled: options.wake,
    });
    this.#lastUploadMs = options.clock.monotonicMs();
  }

  get recordingId(): RecordingId {
    return this.#options.folder.facts.recordingId;
  }

  /** Under way, and the service knows of it. */
  get isLive(): boolean {
    const { isAnnounced, end, refusedBecause } = this.#options.folder.facts;
    return isAnnounced && end === undefined && refusedBecause === undefined;
  }

  /** Nothing of it has to stay on this host. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** The service has answered that this session is not to be recorded, and nobody but the policy has it recorded. */
  get isForbidden(): boolean {
    const { decision, initiator, refusedBecause } = this.#options.folder.facts;
    const isDenied = initiator === 'policy' && decision?.action === 'do-not-record';
    return isDenied || refusedBecause === 'recording-not-permitted';
  }

  get uploadIntervalMs(): number {
    const decided = this.#options.folder.facts.decision?.options.uploadIntervalSeconds;
    return this.#uploadIntervalMs ?? (decided === undefined ? defaultUploadIntervalMs : decided * 1000);
  }

  /** For a recording that goes on in another process than it began in. */
  uploadEvery(intervalMs: number): void {
    this.#uploadIntervalMs = intervalMs;
  }

  /** While its session is there, the session says what a decision that comes late means. */
  settleBy(settleLate: LateDecision): void {
    this.#settleLate = settleLate;
  }

  progress(): DeliveryProgress {
    const { spool, folder } = this.#options;
    const { segments } = spool;
    return {
      recordingId: folder.facts.recordingId,
      isEnded: folder.facts.end !== undefined,
      sealedSequence: segments.at(-1)?.sequence ?? folder.facts.end?.finalSequence ?? this.#contiguousSequence,
      contiguousSequence: this.#contiguousSequence,
      spooledSegments: segments.length,
      spooledBytes: spool.sizeBytes,
      rejectedCount: this.#rejectedCount,
      discardedCount: this.#discardedCount,
      refusedBecause: folder.facts.refusedBecause,
    };
  }

  /** Frees all that is kept of it on this host. */
  async removeFolder(): Promise<void> {
    const { spool, folder } = this.#options;
    await spool.free(spool.segments.map((segment) => segment.sequence));
    await folder.remove();
  }

  /**
   * Does what is due now.
   *
   * @throws ServiceUnreachableError, to be tried again later; AgentNotTrustedError
   */
  async advance(signal?: AbortSignal): Promise<void> {
    await this.#discardExpired();
    if (this.#isComplete) return;
    try {
      this.#hurried.throwFailure();
      if (await this.#announce(signal)) {
        const due = this.#dueUpload();
        if (due) await this.#upload(due, signal);
        if (this.#isPollDue()) await this.#poll(signal);
      }
      this.#hurried.goOn();
    } catch (error) {
      await this.#handleRefusal(error);
    }
    await this.#finishIfDone();
  }

  /** Uploads what waits at once. While the service does not answer it does nothing; `advance` throws what failed. */
  uploadNow(signal?: AbortSignal): void {
    if (this.isLive) this.#hurried.begin(signal);
  }

  /** How long nothing is due, unless a segment is sealed meanwhile. */
  dueInMs(): number {
    const { clock, spool, messageLifeMs, folder } = this.#options;
    const { segments } = spool;
    const { end, refusedBecause } = folder.facts;
    if (this.isForbidden || refusedBecause !== undefined) return refusedPauseMs;
    const nowMs = clock.monotonicMs();
    const dueMs = [nowMs + maxPauseMs];
    if (end || segments.some(({ state }) => state === 'sent')) dueMs.push(this.#nextPollMs());
    if (segments.some(({ state }) => state === 'waiting')) dueMs.push(this.#lastUploadMs + this.uploadIntervalMs);
    for (const { heldSinceMs } of segments) dueMs.push(heldSinceMs + messageLifeMs);
    return Math.max(minPauseMs, Math.min(...dueMs) - nowMs);
  }

  /** @returns whether the service knows the recording and takes it */
  async #announce(signal?: AbortSignal): Promise<boolean> {
    const { folder, client } = this.#options;
    if (this.isForbidden || folder.facts.refusedBecause !== undefined) return false;
    if (!folder.facts.isAnnounced) await announceRecording(folder, client, this.#settleLate, signal);
    return !this.isForbidden;
  }

  #dueUpload(): UploadManner | undefined {
    const { spool, clock, folder, maxUploadBytes } = this.#options;
    this.#resendIfLost();
    const { waitingBytes } = spool;
    if (waitingBytes === 0) return undefined;
    const isIntervalOver = clock.monotonicMs() - this.#lastUploadMs >= this.uploadIntervalMs;
    if (isIntervalOver || folder.facts.end !== undefined) return {};
    return waitingBytes >= maxUploadBytes ? { leavesRest: true } : undefined;
  }

  async #upload(manner: UploadManner, signal?: AbortSignal): Promise<void> {
    this.#lastUploadMs = this.#options.clock.monotonicMs();
    this.#isStreaming = manner.notifies === true;
    await this.#uploader.uploadWaiting(manner, signal);
  }

  #isPollDue(): boolean {
    const { spool, clock, folder } = this.#options;
    const isWaiting = spool.segments.some((segment) => segment.state === 'sent') || folder.facts.end !== undefined;
    return isWaiting && clock.monotonicMs() >= this.#nextPollMs();
  }

  /** Not at once after an upload: the service needs a moment to store it, and each look is paid for. */
  #nextPollMs(): number {
    const sentSinceMs = this.#options.spool.segments.find(({ state }) => state === 'sent')?.stateSinceMs ?? 0;
    return Math.max(this.#lastPollMs, sentSinceMs) + this.#pollEveryMs();
  }

  /** While a recording goes on, the grant of its next upload says what is stored; a look is for when none comes. */
  #pollEveryMs(): number {
    const { clock, folder } = this.#options;
    if (folder.facts.end === undefined && !this.#isStreaming)
      return Math.min(this.uploadIntervalMs, defaultUploadIntervalMs) + commitPollMs;
    const isHurried = clock.monotonicMs() - this.#uploader.lastSentMs < hurriedMs;
    return isHurried ? hurriedPollMs : commitPollMs;
  }

  async #poll(signal?: AbortSignal): Promise<void> {
    const { client, folder, clock } = this.#options;
    const { recordingId } = folder.facts;
    this.#lastPollMs = clock.monotonicMs();
    const { recordings } = await client.call(getCommits, { query: { recordingIds: recordingId } }, signal);
    const commit = recordings.find((candidate) => candidate.recordingId === recordingId);
    if (commit) await this.#take(commit);
  }

  async #take(commit: RecordingCommit): Promise<void> {
    const { spool, folder, onWatch } = this.#options;
    const { recordingId, watchedUntil } = commit;
    if (watchedUntil !== undefined) onWatch({ recordingId, watchedUntil, segmentMs: watchedSegmentMs });
    this.#contiguousSequence = Math.max(this.#contiguousSequence, commit.contiguousSequence);
    const rejected = commit.rejections.flatMap((rejection) => this.#uploader.sequencesOf(rejection));
    const isStored = (sequence: number) =>
      sequence <= commit.contiguousSequence ||
      commit.storedBeyond.some(([first, last]) => sequence >= first && sequence <= last);
    const held = spool.segments.map((segment) => segment.sequence);
    const refused = held.filter((sequence) => rejected.includes(sequence) && !isStored(sequence));
    await spool.free([...held.filter(isStored), ...refused]);
    for (const sequence of refused) this.#noteRejection(sequence);
    const isLate = spool.segments.length > 0;
    // What comes late makes another version of a partial recording; a complete one takes no more.
    if (commit.state === 'complete' && isLate) await folder.change({ refusedBecause: 'recording-ended' });
    const hasClosed = commit.state === 'complete' || (isSealedOnce(commit) && !isLate);
    if (hasClosed && folder.facts.end) this.#isComplete = true;
  }

  #noteRejection(sequence: number): void {
    const { log, folder } = this.#options;
    this.#rejectedCount++;
    log('error', 'segment rejected by the service', { recordingId: folder.facts.recordingId, sequence });
  }

  #resendIfLost(): void {
    const { spool, clock } = this.#options;
    const nowMs = clock.monotonicMs();
    for (const { sequence, state, stateSinceMs } of spool.segments) {
      if (state === 'sent' && nowMs - stateSinceMs >= resendAfterMs) spool.mark(sequence, sequence, 'waiting');
    }
  }

  async #discardExpired(): Promise<void> {
    const { spool, clock, messageLifeMs, log } = this.#options;
    const nowMs = clock.monotonicMs();
    const expired = spool.segments.filter((segment) => nowMs - segment.heldSinceMs > messageLifeMs);
    if (expired.length === 0) return;
    await spool.free(expired.map((segment) => segment.sequence));
    this.#discardedCount += expired.length;
    log('error', 'message life over, segments discarded', { recordingId: this.recordingId, count: expired.length });
    await this.#finishIfDone();
  }

  /** Refusals are final. Only a recording that the service has lost is announced once more. */
  async #handleRefusal(error: unknown): Promise<void> {
    if (!(error instanceof ServiceRefusedError) || error instanceof AgentNotTrustedError) throw error;
    const { folder, log } = this.#options;
    const { recordingId } = folder.facts;
    const problem = error.problem ?? 'invalid-request';
    log('error', 'the service refused', { recordingId, problem, status: error.status });
    if (problem === 'device-counter-reused') throw new AgentNotTrustedError(error.status);
    if (problem === 'recording-not-found' && folder.facts.isAnnounced && !this.#wasAnnouncedAgain) {
      this.#wasAnnouncedAgain = true;
      return folder.change({ isAnnounced: false });
    }
    // The commits may tell what an answer that got lost did not: that all of it is stored.
    if (problem === 'recording-ended') await this.#poll();
    if (this.#isComplete) return;
    await folder.change({ refusedBecause: problem });
  }

  async #finishIfDone(): Promise<void> {
    const { folder, spool } = this.#options;
    const { end, refusedBecause } = folder.facts;
    const isAllStored = end !== undefined && this.#contiguousSequence >= end.finalSequence;
    const isHopeless = refusedBecause !== undefined || this.#discardedCount + this.#rejectedCount > 0;
    const isGivenUp = end !== undefined && spool.segments.length === 0 && isHopeless;
    if (isAllStored || isGivenUp || (this.isForbidden && end !== undefined)) this.#isComplete = true;
  }
}

function isSealedOnce({ state }: Pick<RecordingCommit, 'state'>): boolean {
  return state === 'partial' || state === 'failed';
}
