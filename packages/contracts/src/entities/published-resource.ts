import * as z from 'zod';
import { publishingSiteIdSchema } from '../ids/ids.ts';
import { labelSchema, timestampSchema } from './values.ts';

const machineNamePattern =
  /^[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?(\.[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?)*\.?$/u;

function isSiteAddress(text: string): boolean {
  if (z.ipv4().safeParse(text).success || z.ipv6().safeParse(text).success) return true;
  if (text.includes('://')) return z.url({ protocol: /^https?$/ }).safeParse(text).success;
  return !/^[\d.]+$/.test(text) && machineNamePattern.test(text);
}

/** Of who publishes applications and desktops (POL-041). Upper and lower case are alike. */
export const siteAddressSchema = labelSchema.refine(
  isSiteAddress,
  'must be an IP address, a URL that begins with http:// or https://, or the name of a machine',
);

/** As hosts report it when a session was begun with it; what rules hold, and compare upper and lower case alike. */
export const resourceIdSchema = labelSchema;

export const publishedResourceSchema = z.object({
  resourceId: resourceIdSchema,
  displayName: labelSchema,
  kind: z.enum(['application', 'desktop']),
});
export type PublishedResource = z.infer<typeof publishedResourceSchema>;

export const publishingSiteSchema = z.object({
  siteId: publishingSiteIdSchema,
  address: siteAddressSchema,
  applicationCount: z.int().min(0),
  desktopCount: z.int().min(0),
  importedAt: timestampSchema,
  importedBy: labelSchema,
});
export type PublishingSite = z.infer<typeof publishingSiteSchema>;

/** A resource with the site that publishes it. */
export const listedResourceSchema = publishedResourceSchema.extend({
  siteId: publishingSiteIdSchema,
  siteAddress: siteAddressSchema,
});
export type ListedResource = z.infer<typeof listedResourceSchema>;
