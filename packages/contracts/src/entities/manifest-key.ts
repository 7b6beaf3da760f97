import * as z from 'zod';
import { base64Schema, timestampSchema } from './values.ts';

/** A key that signed manifests once. Its public half stays known for as long as a recording of its time is kept. */
export const retiredManifestKeySchema = z.object({
  /** P-256, SubjectPublicKeyInfo, DER, base64. */
  publicKey: base64Schema,
  /** Null: since the deployment began. */
  validFrom: timestampSchema.nullable(),
  /** The first moment at which it signed no more. */
  validUntil: timestampSchema,
});
export type RetiredManifestKey = z.infer<typeof retiredManifestKeySchema>;
