import * as z from 'zod';
import { legalHoldSchema, reasonSchema } from '../entities/erasure.ts';
import { recordingStateSchema } from '../entities/recording.ts';
import { base64Schema, labelSchema, timestampSchema } from '../entities/values.ts';
import { recordingIdSchema } from '../ids/ids.ts';
import { defineRoute } from './route.ts';

const privileged = { kind: 'roles', anyOf: ['PrivilegedPlayer'] } as const;
const ofRecording = z.object({ recordingId: recordingIdSchema });
const administration = { kind: 'function', name: 'administration' } as const;

export const eraseRecording = defineRoute({
  operationId: 'eraseRecording',
  method: 'POST',
  path: '/api/v1/recordings/{recordingId}/erasure',
  summary: 'Erases a recording for good: its key, what was derived from it, its bytes. Asked again, it agrees',
  integration: administration,
  access: privileged,
  audit: { kind: 'audited', action: 'recording.erase', subject: 'recordingId', details: ['justification'] },
  params: ofRecording,
  body: z.object({ justification: reasonSchema }),
  response: z.object({ recordingId: recordingIdSchema, state: recordingStateSchema.extract(['erasing', 'erased']) }),
  successStatus: 202,
  problems: ['recording-not-found', 'recording-still-live', 'recording-held'],
});

export const getErasure = defineRoute({
  operationId: 'getErasure',
  method: 'GET',
  path: '/api/v1/recordings/{recordingId}/erasure',
  summary: 'Shows how far an erasure is, and its signed receipt once it is done',
  integration: { kind: 'function', name: 'catalog' },
  access: { kind: 'roles', anyOf: ['Player', 'PrivilegedPlayer'] },
  audit: { kind: 'audited', action: 'recording.erasure', subject: 'recordingId' },
  params: ofRecording,
  response: z.object({
    state: recordingStateSchema.extract(['erasing', 'erased']),
    requestedBy: labelSchema,
    requestedAt: timestampSchema,
    signed: z
      .object({
        /** Canonical JSON (`erasureReceiptSchema`), byte for byte as signed. */
        receipt: z.string(),
        /** By one of the keys that sign manifests: ECDSA P-256 over SHA-256, DER, base64. */
        signature: base64Schema,
      })
      .optional(),
  }),
  successStatus: 200,
  problems: ['recording-not-found', 'recording-not-erased'],
});

export const holdRecording = defineRoute({
  operationId: 'holdRecording',
  method: 'PUT',
  path: '/api/v1/recordings/{recordingId}/hold',
  summary: 'Places a legal hold: the recording is not erased until it is released',
  integration: administration,
  access: privileged,
  audit: { kind: 'audited', action: 'recording.hold', subject: 'recordingId', details: ['reason'] },
  params: ofRecording,
  body: z.object({ reason: reasonSchema }),
  response: z.object({ hold: legalHoldSchema }),
  successStatus: 200,
  problems: ['recording-not-found', 'recording-erased'],
});

export const releaseHold = defineRoute({
  operationId: 'releaseHold',
  method: 'DELETE',
  path: '/api/v1/recordings/{recordingId}/hold',
  summary: 'Releases a legal hold; without one, nothing changes',
  integration: administration,
  access: privileged,
  audit: { kind: 'audited', action: 'recording.release-hold', subject: 'recordingId', details: ['reason'] },
  params: ofRecording,
  query: z.object({ reason: reasonSchema }),
  response: z.object({ recordingId: recordingIdSchema }),
  successStatus: 200,
  problems: ['recording-not-found', 'recording-erased'],
});

export const erasureRoutes = [eraseRecording, getErasure, holdRecording, releaseHold] as const;
