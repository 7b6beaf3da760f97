import * as z from 'zod';
import { languageSchema, noticeTextSchema } from './session.ts';
import { labelSchema, timestampSchema } from './values.ts';

/** What holds for the whole deployment and is changed while it runs. */
export const siteSettingsSchema = z.object({
  /** Off: every Player sees every recording (VIEW-002). */
  areViewingPoliciesOn: z.boolean().default(false),
  /** Whether groups that only a host asserts count for recording policies. */
  doHostGroupsCount: z.boolean().default(false),
});
export type SiteSettings = z.infer<typeof siteSettingsSchema>;

/** What recorded users are told. Built-in texts stand in for what nobody wrote. */
export const noticeMessagesDraftSchema = z.object({
  /** Users may decline, and their session ends then (NTF-002). */
  requiresConsent: z.boolean().default(false),
  /** For languages that have no message of their own. Absent: the built-in text in the user's language. */
  fallback: noticeTextSchema.optional(),
  messages: z
    .array(noticeTextSchema.extend({ language: languageSchema }))
    .max(100)
    .default([])
    .superRefine((messages, context) => {
      const seen = new Set<string>();
      messages.forEach(({ language }, index) => {
        if (seen.has(language)) {
          context.addIssue({ code: 'custom', path: [index, 'language'], message: 'has a message already' });
        }
        seen.add(language);
      });
    }),
});
export type NoticeMessagesDraft = z.infer<typeof noticeMessagesDraftSchema>;

export const noticeMessagesSchema = noticeMessagesDraftSchema.extend({
  /** 0 before the first change. */
  version: z.int().min(0),
  changedAt: timestampSchema.optional(),
  changedBy: labelSchema.optional(),
});
export type NoticeMessages = z.infer<typeof noticeMessagesSchema>;
