import * as z from 'zod';

const keySchema = z.record(z.string(), z.string());

/** Where a listing goes on, as opaque text. It holds keys only, and a forged one finds nothing more than a new listing would. */
export function encodeCursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Undefined for text that is no cursor: the listing begins again. */
export function decodeCursor<T>(text: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

export function encodeKeyCursor(key: Record<string, unknown> | undefined): { cursor?: string } {
  return key === undefined ? {} : { cursor: encodeCursor(key) };
}

export function decodeKeyCursor(text: string | undefined): { ExclusiveStartKey?: Record<string, string> } {
  const key = decodeCursor(text, keySchema);
  return key === undefined ? {} : { ExclusiveStartKey: key };
}
