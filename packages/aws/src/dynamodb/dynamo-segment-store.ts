import type { RecordingId } from '@afterimage/contracts';
import type { SegmentStore, SequenceRange, StoredSegment } from '@afterimage/core';
import { type DynamoTable, queryPage } from './dynamo-table.ts';
import { segmentRowKey, segmentRowSchema } from './segment-row.ts';

const iterationPageSize = 1000;
/** A minute's upload has at least as many; a recording that is watched has rows of one. */
const expectedPerRow = 6;

export class DynamoSegmentStore implements SegmentStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Queries of a recording's rows of segments from the one that holds the next sequence on, consistent. */
  async list(
    recordingId: RecordingId,
    { afterSequence, limit }: { afterSequence: number; limit: number },
  ): Promise<StoredSegment[]> {
    const segments: StoredSegment[] = [];
    const { pk, sk: from } = segmentRowKey(recordingId, afterSequence + 1);
    let rowCount = 0;
    let after: Record<string, unknown> | undefined;
    do {
      const perRow = rowCount === 0 ? expectedPerRow : Math.max(1, segments.length / rowCount);
      const page = await queryPage(
        this.#table,
        {
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': 'SEG#9999999999' },
          ConsistentRead: true,
          // The first row may end with the first segment that is wanted.
          Limit: Math.ceil((limit - segments.length) / perRow) + 1,
        },
        after,
      );
      const found = page.items.flatMap((item) => segmentRowSchema.parse(item));
      segments.push(...found.filter(({ sequence }) => sequence > afterSequence));
      rowCount += page.items.length;
      after = page.last;
    } while (after !== undefined && segments.length < limit);
    return segments.slice(0, limit);
  }

  /** Queries of a recording's segments between two sequences. */
  async *iterate(
    recordingId: RecordingId,
    { firstSequence, lastSequence }: SequenceRange,
  ): AsyncGenerator<StoredSegment> {
    let afterSequence = firstSequence - 1;
    while (afterSequence < lastSequence) {
      const limit = Math.min(iterationPageSize, lastSequence - afterSequence);
      const page = await this.list(recordingId, { afterSequence, limit });
      yield* page.filter(({ sequence }) => sequence <= lastSequence);
      const last = page.at(-1);
      if (last === undefined || page.length < limit) return;
      afterSequence = last.sequence;
    }
  }
}
