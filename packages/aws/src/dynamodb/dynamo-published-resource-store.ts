import {
  type PublishingSite,
  type PublishingSiteId,
  publishedResourceSchema,
  publishingSiteSchema,
} from '@afterimage/contracts';
import { foldName, type PublishedResourceStore, type SiteCatalogue, type StoredCatalogue } from '@afterimage/core';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { DocumentGoneError, type DynamoDocuments, documentRefSchema } from './dynamo-documents.ts';
import { type DynamoTable, findRow, queryPages, unlessRefused } from './dynamo-table.ts';

const partition = 'PUBLISHING_SITES';
const contentPartition = 'PUBLISHED_RESOURCES';
const maxListPages = 20;
const maxAttempts = 5;

const keyOf = (address: string) => ({ pk: partition, sk: foldName(address) });
const rowSchema = z.object({ data: publishingSiteSchema, document: documentRefSchema });
type Row = z.infer<typeof rowSchema>;
const contentSchema = z.array(publishedResourceSchema);

/**
 * In the directory table: a row a site, and what it publishes in pieces elsewhere, so that a site is replaced by one
 * write. Content that was replaced goes at once: who has just read the row that named it reads the row again.
 */
export class DynamoPublishedResourceStore implements PublishedResourceStore {
  readonly #table: DynamoTable;
  readonly #documents: DynamoDocuments;

  constructor(table: DynamoTable, documents: DynamoDocuments) {
    this.#table = table;
    this.#documents = documents;
  }

  async listSites(): Promise<PublishingSite[]> {
    return (await this.#listRows()).map(({ data }) => data);
  }

  /** Query of the sites, consistent; content that was read before is not read again. */
  listCatalogues(): Promise<SiteCatalogue[]> {
    return unlessGone(async () => {
      const catalogues: SiteCatalogue[] = [];
      for (const row of await this.#listRows()) catalogues.push(await this.#read(row));
      return catalogues;
    });
  }

  /** Get by address, consistent. */
  find(address: string): Promise<StoredCatalogue | undefined> {
    return unlessGone(async () => {
      const row = await findRow(this.#table, keyOf(address), rowSchema);
      return row && this.#read(row);
    });
  }

  /** Puts of the pieces, then of the row on condition of what it named before. */
  async put({ site, resources }: SiteCatalogue, before: StoredCatalogue | undefined): Promise<boolean> {
    const { client, tableName: TableName } = this.#table;
    const document = await this.#documents.put(contentPartition, resources);
    const Item = { ...keyOf(site.address), data: site, document };
    const command = new PutCommand({ TableName, Item, ...conditionOf(before?.version), ReturnValues: 'ALL_OLD' });
    const written = await unlessRefused(client.send(command));
    if (written === undefined) await this.#documents.delete(contentPartition, document);
    else if (written.Attributes !== undefined) await this.#forget(written.Attributes);
    return written !== undefined;
  }

  /** Query of the sites, then delete on condition that it is still the same. */
  async delete(siteId: PublishingSiteId): Promise<boolean> {
    const { client, tableName: TableName } = this.#table;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const row = (await this.#listRows()).find(({ data }) => data.siteId === siteId);
      if (row === undefined) return false;
      const Key = keyOf(row.data.address);
      const command = new DeleteCommand({ TableName, Key, ...conditionOf(row.document.contentId) });
      if ((await unlessRefused(client.send(command))) === undefined) continue;
      await this.#documents.delete(contentPartition, row.document);
      return true;
    }
    throw new Error('the site is imported by others again and again');
  }

  #forget(attributes: Record<string, unknown>): Promise<void> {
    return this.#documents.delete(contentPartition, rowSchema.parse(attributes).document);
  }

  async #listRows(): Promise<Row[]> {
    const query = {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': partition },
      ConsistentRead: true,
    };
    const rows: Row[] = [];
    for await (const items of queryPages(this.#table, query, maxListPages)) {
      rows.push(...items.map((item) => rowSchema.parse(item)));
    }
    return rows;
  }

  async #read({ data, document }: Row): Promise<StoredCatalogue> {
    const resources = await this.#documents.get(contentPartition, document, contentSchema);
    return { site: data, resources, version: document.contentId };
  }
}

function conditionOf(contentId: string | undefined) {
  if (contentId === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: '#document.contentId = :contentId',
    ExpressionAttributeNames: { '#document': 'document' },
    ExpressionAttributeValues: { ':contentId': contentId },
  };
}

async function unlessGone<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof DocumentGoneError) || attempt === maxAttempts) throw error;
    }
  }
}
