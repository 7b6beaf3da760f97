import * as z from 'zod';

/** The events of the DevTools protocol that the source acts on; others are passed over. */
export const targetInfoSchema = z.object({
  targetInfo: z.object({ targetId: z.string(), type: z.string(), title: z.string(), url: z.string() }),
});
export const targetsSchema = z.object({ targetInfos: z.array(targetInfoSchema.shape.targetInfo) });
export const windowSchema = z.object({
  bounds: z.object({ width: z.int().min(1), height: z.int().min(1) }),
});
export const targetDestroyedSchema = z.object({ targetId: z.string() });
export const targetCreatedSchema = z.object({ targetId: z.string() });
export const evaluatedSchema = z.object({ result: z.object({ value: z.unknown() }) });
export const attachedSchema = z.object({ sessionId: z.string() });
export const visibilitySchema = z.object({ visible: z.boolean() });
export const screencastFrameSchema = z.object({
  data: z.string(),
  /** Number of the frame, to be acknowledged. */
  sessionId: z.int(),
  metadata: z.object({
    /** When the frame was swapped, seconds since 1970. */
    timestamp: z.number().optional(),
  }),
});
export const frameNavigatedSchema = z.object({ frame: z.object({ parentId: z.string().optional(), url: z.string() }) });
export const navigatedWithinSchema = z.object({ url: z.string() });
