import * as z from 'zod';

/** ISO 8601 in UTC with milliseconds, as `Date.toISOString` writes it. */
export const timestampSchema = z.iso.datetime({ precision: 3 });
export const base64Schema = z.base64();
export const sha256Schema = z.base64().length(44);

/** One line of text that people typed or hosts reported: no control characters, bounded. */
export const labelSchema = z
  .string()
  .trim()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters');

/** Who says so: groups come from a directory, not from the host alone (ARCHITECTURE, policy is pure code). */
export const assertedBySchema = z.enum(['agent', 'directory', 'administrator']);
export const assertedSchema = z.object({ value: labelSchema, assertedBy: assertedBySchema });
export type Asserted = z.infer<typeof assertedSchema>;

export const roleSchema = z.enum([
  'PolicyAdministrator',
  'PolicyQuery',
  'LoggingReader',
  'LoggingWriter',
  'Player',
  'PrivilegedPlayer',
]);
export type Role = z.infer<typeof roleSchema>;

/** Roles that people may hold: the service alone writes the log of what administrators do (ROL-003). */
export const personRoleSchema = roleSchema.exclude(['LoggingWriter']);
