import { type PlaybackId, playbackIdSchema, recordingIdSchema, timestampSchema } from '@afterimage/contracts';
import type { Playback, PlaybackStore } from '@afterimage/core';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type DynamoTable, findRow } from './dynamo-table.ts';

const rowSchema = z.object({
  data: z.object({
    playbackId: playbackIdSchema,
    recordingId: recordingIdSchema,
    userName: z.string(),
    viewerPublicKey: z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string() }),
    expiresAt: timestampSchema,
    justification: z.string().optional(),
  }),
});
const playbackKey = (playbackId: PlaybackId) => ({ pk: `PLB#${playbackId}`, sk: 'PLAYBACK' });

export class DynamoPlaybackStore implements PlaybackStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Put of a new id, removed by its time to live. */
  async open(playback: Playback): Promise<void> {
    const { client, tableName } = this.#table;
    const expiresAt = Math.ceil(Date.parse(playback.expiresAt) / 1000);
    const Item = { ...playbackKey(playback.playbackId), data: playback, expiresAt };
    await client.send(new PutCommand({ TableName: tableName, Item }));
  }

  /** Get by id, consistent. Expired rows may still be there: the caller looks at the time. */
  async find(playbackId: PlaybackId): Promise<Playback | undefined> {
    return (await findRow(this.#table, playbackKey(playbackId), rowSchema))?.data;
  }
}
