import { createHash } from 'node:crypto';
import { grantUploads, postNotice, type RouteResponse } from '@afterimage/contracts';
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
  readonly log: Logger;
  readonly fetch?: typeof fetch;
}

export const maxUploadBytes = 4 * 1024 * 1024;
const chunksPerGrant = 4;

/** Uploads what waits in the spool, in sequence: a grant for some chunks, a PUT for each, and a notice that it is there. */
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

  /** @throws ServiceUnreachableError, ServiceRefusedError */
  async uploadWaiting(signal?: AbortSignal): Promise<void> {
    const { spool, client } = this.#options;
    for (;;) {
      const planned = planChunks(spool.segments, maxUploadBytes, chunksPerGrant);
      if (planned.length === 0) return;
      const chunks = await Promise.all(
        planned.map(async (chunk) => ({ ...chunk, bytes: await spool.readChunk(chunk) })),
      );
      const body = { chunks: chunks.map(({ bytes, ...chunk }) => ({ ...chunk, sha256: sha256Of(bytes) })) };
      const params = { recordingId: this.#options.folder.facts.recordingId };
      const { grants } = await client.call(grantUploads, { params, body }, signal);
      for (const [index, grant] of grants.entries()) {
        const chunk = chunks[index];
        if (chunk) await this.#send(grant, chunk, signal);
      }
    }
  }

  async #send(
    grant: RouteResponse<typeof grantUploads>['grants'][number],
    chunk: SegmentChunk & { bytes: Uint8Array<ArrayBuffer> },
    signal?: AbortSignal,
  ): Promise<void> {
    const { spool, clock, folder, log } = this.#options;
    const { firstSequence, lastSequence, sizeBytes, bytes } = chunk;
    const options = { ...(this.#options.fetch && { fetch: this.#options.fetch }), ...(signal && { signal }) };
    await putChunk(grant, bytes, options);
    spool.mark(firstSequence, lastSequence, 'sent');
    this.#sentObjects.set(grant.objectKey, { firstSequence, lastSequence, sizeBytes });
    this.#lastSentMs = clock.monotonicMs();
    log('debug', 'chunk uploaded', { recordingId: folder.facts.recordingId, firstSequence, lastSequence, sizeBytes });
    await this.#notify(grant.objectKey, signal);
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
