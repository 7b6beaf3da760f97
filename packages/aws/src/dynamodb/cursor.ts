import type * as z from 'zod';

/**
 * Where a listing goes on, as opaque text. It holds a position within the listing and no table's key: the store makes
 * the key of the position and of what is listed, so that a forged cursor leads nowhere else.
 */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
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
