import * as z from 'zod';
import { directoryGroupIdSchema, directoryUserIdSchema, scimTokenIdSchema } from '../ids/ids.ts';
import { labelSchema, timestampSchema } from './values.ts';

/** Where a row of the directory came from. */
export const directorySourceSchema = z.enum(['csv', 'scim']);

export const directoryUserSchema = z.object({
  userId: directoryUserIdSchema,
  /** As hosts and the identity provider say it: compared whole, upper and lower case alike. */
  userName: labelSchema,
  displayName: labelSchema.optional(),
  email: z.email().max(320).optional(),
  /** The provider's own id. */
  externalId: labelSchema.optional(),
  /** One who is not counts in no group any more. */
  isActive: z.boolean().default(true),
  source: directorySourceSchema,
  createdAt: timestampSchema,
  changedAt: timestampSchema,
});
export type DirectoryUser = z.infer<typeof directoryUserSchema>;

export const directoryGroupSchema = z.object({
  groupId: directoryGroupIdSchema,
  name: labelSchema,
  externalId: labelSchema.optional(),
  memberCount: z.int().min(0),
  source: directorySourceSchema,
  createdAt: timestampSchema,
  changedAt: timestampSchema,
});
export type DirectoryGroup = z.infer<typeof directoryGroupSchema>;

/** Lets an identity provider write the directory. */
export const scimTokenSchema = z.object({
  scimTokenId: scimTokenIdSchema,
  name: labelSchema,
  createdAt: timestampSchema,
  createdBy: labelSchema,
  expiresAt: timestampSchema,
  lastUsedAt: timestampSchema.optional(),
});
export type ScimToken = z.infer<typeof scimTokenSchema>;
