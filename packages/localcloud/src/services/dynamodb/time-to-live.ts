import type { Item } from './attribute-value.ts';
import type { DynamoDbParts } from './operations/operation.ts';

const batchSize = 100;
/** DynamoDB leaves items alone whose time-to-live lies more than five years back: it takes that for a mistake. */
const oldestExpiryS = 5 * 365 * 86_400;

/** Deletes what has expired and drops old stream records. Answers how many items went. */
export async function sweepExpired(parts: DynamoDbParts): Promise<number> {
  let total = 0;
  for (;;) {
    const deleted = await parts.kernel.commit(() => deleteBatch(parts));
    parts.streams.announce();
    total += deleted;
    if (deleted < batchSize) break;
  }
  await parts.kernel.commit(() => parts.streams.trim());
  return total;
}

function deleteBatch({ kernel, catalog, items, statements }: DynamoDbParts): number {
  const nowS = Math.floor(kernel.now() / 1000);
  const rows = statements
    .get(
      `SELECT i.id, t.name, i.pk, i.sk, i.item, i.size FROM ddb_items i JOIN ddb_tables t ON t.id = i.table_id
       WHERE i.expires_s < ? AND i.expires_s > ? ORDER BY i.expires_s LIMIT ${batchSize}`,
    )
    .all(nowS, nowS - oldestExpiryS);
  const served = rows.filter((row) => catalog.find(String(row.name)) !== undefined);
  for (const row of served) {
    const stored = { id: Number(row.id), item: JSON.parse(String(row.item)) as Item, sizeBytes: Number(row.size) };
    const key = { partition: row.pk as Uint8Array, sort: row.sk as Uint8Array };
    items.delete(catalog.require(String(row.name)), key, stored, 'time-to-live');
  }
  return served.length;
}
