import * as z from 'zod';
import { declaredGapSchema, recordingStateSchema } from '../entities/recording.ts';
import { labelSchema, timestampSchema } from '../entities/values.ts';
import { agentIdSchema, recordingIdSchema, sessionIdSchema } from '../ids/ids.ts';

export const busEventSource = 'afterimage';

const common = {
  /** Raised with every change that a consumer could notice; the hash below pins the schema to it. */
  version: z.literal(1),
  recordingId: recordingIdSchema,
  sessionId: sessionIdSchema,
  agentId: agentIdSchema,
  user: labelSchema,
  host: labelSchema,
  at: timestampSchema,
};

/** What the product says on its EventBridge bus; the keys are the `detail-type`s. */
export const busEvents = {
  RecordingStarted: z.object({ ...common, policyId: labelSchema, reason: z.string() }),
  RecordingInterrupted: z.object({ ...common, silentForMs: z.number(), storedMs: z.number() }),
  RecordingResumed: z.object({ ...common }),
  RecordingFinished: z.object({
    ...common,
    state: recordingStateSchema.extract(['complete', 'partial']),
    durationMs: z.number(),
    sizeBytes: z.number(),
    gaps: z.array(declaredGapSchema),
  }),
  RecordingFailed: z.object({ ...common, reason: z.string() }),
  RecordingErased: z.object({ ...common, requestedBy: labelSchema, requestedAt: timestampSchema }),
  SegmentRejected: z.object({ ...common, objectKey: z.string(), reason: z.string() }),
} as const;

export type BusEventType = keyof typeof busEvents;
export type BusEvent<T extends BusEventType = BusEventType> = {
  [K in T]: { type: K; detail: z.infer<(typeof busEvents)[K]> };
}[T];
