import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { type IdSource, makeUlid } from '@afterimage/contracts';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type DynamoTable, queryPages } from './dynamo-table.ts';

/** Of an item, 400 KB is DynamoDB's bound. */
const pieceBytes = 350_000;
const maxPieces = 50;
/** Of JSON, over all documents that are kept parsed. */
const maxKeptCharacters = 12_000_000;

export const documentRefSchema = z.object({
  contentId: z.string(),
  pieceCount: z.int().min(1).max(maxPieces),
});
export type DocumentRef = z.infer<typeof documentRefSchema>;

/** Whoever read the row that refers to it reads the row again. */
export class DocumentGoneError extends Error {
  override readonly name = 'DocumentGoneError';
}

const pieceRowSchema = z.object({ content: z.instanceof(Uint8Array) });

/**
 * Documents that do not fit one item: JSON in gzip, cut into rows `PIECE#<content id>#<two digits>`. A document is never
 * changed: a new one has a new content id, and exists for readers once a row refers to it. So pieces are written first,
 * and pieces that no row refers to are what a writer left who was not the first.
 */
export class DynamoDocuments {
  readonly #table: DynamoTable;
  readonly #ids: IdSource;
  /** Oldest use first. */
  readonly #kept = new Map<string, { document: unknown; characters: number }>();

  constructor(table: DynamoTable, ids: IdSource) {
    this.#table = table;
    this.#ids = ids;
  }

  /** One put for each piece. */
  async put(pk: string, document: unknown): Promise<DocumentRef> {
    const contentId = makeUlid(this.#ids.nowMs(), this.#ids.randomBytes(10));
    const bytes = await promisify(gzip)(JSON.stringify(document));
    const pieceCount = Math.ceil(bytes.length / pieceBytes);
    if (pieceCount > maxPieces) throw new RangeError(`a document of ${bytes.length} compressed bytes is too large`);
    await Promise.all(
      Array.from({ length: pieceCount }, (_, index) => {
        const content = bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes);
        const Item = { pk, sk: pieceKey(contentId, index), content };
        return this.#table.client.send(new PutCommand({ TableName: this.#table.tableName, Item }));
      }),
    );
    return { contentId, pieceCount };
  }

  /**
   * Query of the pieces, unless the document was read before.
   * @throws DocumentGoneError when a piece is missing, ZodError when it is not what the schema says
   */
  async get<T>(pk: string, { contentId, pieceCount }: DocumentRef, schema: z.ZodType<T>): Promise<T> {
    const key = `${pk} ${contentId}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      // Parsed with the schema of its kind when it was read: a partition holds documents of one kind.
      return kept.document as T;
    }
    const pieces = await this.#readPieces(pk, contentId);
    if (pieces.length !== pieceCount) throw new DocumentGoneError(`document ${contentId} has ${pieces.length} pieces`);
    const json = (await promisify(gunzip)(Buffer.concat(pieces))).toString('utf8');
    const document = schema.parse(JSON.parse(json));
    this.#keep(key, { document, characters: json.length });
    return document;
  }

  /** One delete for each piece, of a document to which no row refers any more. */
  async delete(pk: string, { contentId, pieceCount }: DocumentRef): Promise<void> {
    const { client, tableName: TableName } = this.#table;
    for (let index = 0; index < pieceCount; index++) {
      await client.send(new DeleteCommand({ TableName, Key: { pk, sk: pieceKey(contentId, index) } }));
    }
  }

  async #readPieces(pk: string, contentId: string): Promise<Uint8Array[]> {
    const query = {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :piece)',
      ExpressionAttributeValues: { ':pk': pk, ':piece': `PIECE#${contentId}#` },
      ConsistentRead: true,
    };
    const pieces: Uint8Array[] = [];
    for await (const items of queryPages(this.#table, query, maxPieces)) {
      pieces.push(...items.map((item) => pieceRowSchema.parse(item).content));
    }
    return pieces;
  }

  #keep(key: string, entry: { document: unknown; characters: number }): void {
    this.#kept.set(key, entry);
    let characters = [...this.#kept.values()].reduce((sum, kept) => sum + kept.characters, 0);
    for (const [oldest, kept] of this.#kept) {
      if (characters <= maxKeptCharacters || oldest === key) return;
      this.#kept.delete(oldest);
      characters -= kept.characters;
    }
  }
}

function pieceKey(contentId: string, index: number): string {
  return `PIECE#${contentId}#${String(index).padStart(2, '0')}`;
}
