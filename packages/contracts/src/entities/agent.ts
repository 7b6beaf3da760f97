import * as z from 'zod';
import { agentIdSchema, enrolmentTokenIdSchema } from '../ids/ids.ts';
import { base64Schema, labelSchema, timestampSchema } from './values.ts';

/** `quarantined`: two devices used one counter; neither is believed until an administrator looks. */
export const agentStateSchema = z.enum(['enrolled', 'revoked', 'quarantined']);

/** What the service attests at enrolment; signed by the manifest key, carried in every manifest of the device. */
export const deviceCertificateSchema = z.object({
  /** Canonical JSON (RFC 8785) of agent id, public key, host name and time of enrolment. */
  payload: z.string().max(2048),
  /** ECDSA P-256 over SHA-256 of `payload`, DER, base64. */
  signature: base64Schema,
});
export type DeviceCertificate = z.infer<typeof deviceCertificateSchema>;

export const agentSchema = z.object({
  agentId: agentIdSchema,
  state: agentStateSchema,
  hostName: labelSchema,
  platform: labelSchema,
  agentVersion: labelSchema,
  machineGroup: labelSchema.optional(),
  /** Ed25519, 32 raw bytes, base64. */
  publicKey: base64Schema,
  certificate: deviceCertificateSchema,
  enrolledAt: timestampSchema,
  enrolledWith: enrolmentTokenIdSchema,
  lastHeardAt: timestampSchema.optional(),
  /** Highest recording counter the device has used; 0 before its first recording. */
  recordingCounter: z.int().min(0),
});
export type Agent = z.infer<typeof agentSchema>;

export const enrolmentTokenSchema = z.object({
  enrolmentTokenId: enrolmentTokenIdSchema,
  createdAt: timestampSchema,
  createdBy: labelSchema,
  expiresAt: timestampSchema,
  machineGroup: labelSchema.optional(),
  usesLeft: z.int().min(0),
});
export type EnrolmentToken = z.infer<typeof enrolmentTokenSchema>;
