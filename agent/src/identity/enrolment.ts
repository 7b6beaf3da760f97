import { agentIdSchema, base64Schema, deviceCertificateSchema } from '@afterimage/contracts';
import * as z from 'zod';
import { JsonFile } from '../files/json-file.ts';

export const enrolmentSchema = z.object({
  agentId: agentIdSchema,
  serverUrl: z.url(),
  certificate: deviceCertificateSchema,
  /** The service's RSA key, pinned: data keys are wrapped to it, also while the service cannot be reached. */
  wrappingKey: z.object({ keyId: z.string(), publicKey: base64Schema }),
  enrolledAt: z.string(),
});
export type Enrolment = z.infer<typeof enrolmentSchema>;

export const enrolmentFile = (path: string) => new JsonFile(path, enrolmentSchema);
