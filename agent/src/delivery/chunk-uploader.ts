import { createHash } from 'node:crypto';
import { grantUploads, postNotice, type RecordingCommit, type RouteResponse } from '@afterimage/contracts';
import { isNotFound } from '../files/durable-file.ts';
import type { Logger } from '../log/logger.ts';
import type { RecordingFolder } from '../recordings/recording-folder.ts';
import { planChunks, type SegmentChunk, type SegmentSpool } from '../spool/segment-spool.ts';
import type { Clock } from '../time/clock.ts';
import { putChunk } from '../transport/put-chunk.ts';
import type { ServiceClient } from '../transport/service-client.ts';
import { AgentNotTrustedError } from '../transport/service-error.ts';

export interface ChunkUploaderOptions {
  readonly folder: RecordingFolder;
  readonly spool: SegmentSpool;
  readonly client: ServiceClient;
  readonly clock: Clock;
  readonly maxUploadBytes: number;
  readonly log: Logger;
  /** Each grant says what is stored. */
  readonly onCommit: (commit: RecordingCommit) => Promise<void>;
  readonly fetch?: typeof fetch;
}

/** More than a minute of a busy screen, so that it is one upload. */
export const defaultMaxUploadBytes = 8 * 1024 * 1024;
/** Chunks of one grant go up side by side, the oldest among them, so that a line with a long way back is kept busy. */
const chunksPerGrant = 3;

type ChunkInHand = SegmentChunk & { readonly bytes: Buffer<ArrayBuffer> };
type Grant = RouteResponse<typeof grantUploads>['grants'][number];

/** How an upload is made. Each PUT, grant and notice is paid for, an hour of them at every recorded host. */
export interface UploadManner {
  /** Somebody watches: tells the service that a chunk is there, which hears it from its bucket too, but later. */
  readonly notifies?: boolean;
  /** Leaves what fills no whole chunk for later. */
  readonly leavesRest?: boolean;
}

/** Uploads what waits in the spool, oldest first: a grant for some chunks and a PUT for each. */
export class ChunkUploader {
  readonly #options: ChunkUploaderOptions;
  readonly #sentObjects = new Map<string, SegmentChunk>();
  #lastSentMs = 0;

  constructor(options: ChunkUploaderOptions) {
    this.#options = options;
  }

  /** On the agent's monotonic clock. */
  get lastSentMs(): number {
    return this.#lastSentMs;
  }

  /** May be called while an earlier call is under way: each takes what nobody has taken. @throws ServiceUnreachableError, ServiceRefusedError */
  async uploadWaiting(manner: UploadManner, signal?: AbortSignal): Promise<void> {
    const { spool, maxUploadBytes } = this.#options;
    const { notifies = false, leavesRest = false } = manner;
    for (;;) {
      const all = planChunks(spool.segments, maxUploadBytes, chunksPerGrant);
      const planned = leavesRest && all.length > 1 ? all.slice(0, -1) : all;
      if (planned.length === 0) return;
      for (const { firstSequence, lastSequence } of planned) spool.mark(firstSequence, lastSequence, 'sending');
      try {
        await this.#uploadTogether(planned, notifies, signal);
      } finally {
        for (const { firstSequence, lastSequence } of planned) spool.giveBack(firstSequence, lastSequence);
      }
      if (leavesRest && spool.waitingBytes < maxUploadBytes) return;
    }
  }

  async #uploadTogether(
    planned: readonly SegmentChunk[],
    notifies: boolean,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { client, folder, onCommit } = this.#options;
    const chunks = await this.#read(planned);
    if (chunks.length === 0) return;
    const body = { chunks: chunks.map(({ bytes, ...chunk }) => ({ ...chunk, sha256: sha256Of(bytes) })) };
    const params = { recordingId: folder.facts.recordingId };
    const { grants, commit } = await client.call(grantUploads, { params, body }, signal);
    await onCommit(commit);
    const sent = chunks.map(async (chunk, index) => {
      const grant = grants[index];
      if (!grant) return;
      await this.#send(grant, chunk, signal);
      if (notifies) await this.#notify(grant.objectKey, signal);
    });
    const results = await Promise.allSettled(sent);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** What was stored meanwhile, by an earlier upload, is not there any more. */
  async #read(planned: readonly SegmentChunk[]): Promise<ChunkInHand[]> {
    const read = planned.map(async (chunk): Promise<ChunkInHand[]> => {
      try {
        return [{ ...chunk, bytes: await this.#options.spool.readChunk(chunk) }];
      } catch (error) {
        if (isNotFound(error)) return [];
        throw error;
      }
    });
    return (await Promise.all(read)).flat();
  }

  async #send(grant: Grant, chunk: ChunkInHand, signal?: AbortSignal): Promise<void> {
    const { spool, clock, folder, log } = this.#options;
    const { firstSequence, lastSequence, sizeBytes, bytes } = chunk;
    const options = { ...(this.#options.fetch && { fetch: this.#options.fetch }), ...(signal && { signal }) };
    await putChunk(grant, bytes, options);
    spool.mark(firstSequence, lastSequence, 'sent');
    this.#sentObjects.set(grant.objectKey, { firstSequence, lastSequence, sizeBytes });
    this.#lastSentMs = clock.monotonicMs();
    log('debug', 'chunk uploaded', { recordingId: folder.facts.recordingId, firstSequence, lastSequence, sizeBytes });
  }

  /** Only a hint: the bucket's own event says the same a little later. */
  async #notify(objectKey: string, signal?: AbortSignal): Promise<void> {
    const { client, folder, log } = this.#options;
    const { recordingId } = folder.facts;
    try {
      await client.call(postNotice, { body: { version: 1, kind: 'chunk-uploaded', recordingId, objectKey } }, signal);
    } catch (error) {
      if (error instanceof AgentNotTrustedError) throw error;
      log('debug', 'upload notice was not taken', { recordingId });
    }
  }

  /** A rejection may name only the object. */
  sequencesOf(rejection: { sequence?: number | undefined; objectKey: string }): number[] {
    if (rejection.sequence !== undefined) return [rejection.sequence];
    const chunk = this.#sentObjects.get(rejection.objectKey);
    if (!chunk) return [];
    return Array.from({ length: chunk.lastSequence - chunk.firstSequence + 1 }, (_, i) => chunk.firstSequence + i);
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
