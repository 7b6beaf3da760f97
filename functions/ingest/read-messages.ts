import { uploadNoticeSchema } from '@afterimage/contracts';
import * as z from 'zod';

/** S3 sends one record in a message; nobody else may make one message the work of an hour. */
const maxRecordsPerMessage = 20;

const bucketEventSchema = z.object({
  Records: z.array(z.object({ s3: z.object({ object: z.object({ key: z.string() }) }) })).max(maxRecordsPerMessage),
});
const bucketTestSchema = z.object({ Event: z.literal('s3:TestEvent') });

const messageSchema = z.union([
  bucketEventSchema.transform(({ Records }) => ({
    objectKeys: [...new Set(Records.map(({ s3 }) => decodeKey(s3.object.key)))],
    isHint: false,
  })),
  bucketTestSchema.transform((): IngestMessage => ({ objectKeys: [], isHint: false })),
]);

export interface IngestMessage {
  objectKeys: string[];
  /** From an agent: the bucket says the same in its own time, so that a hint that leads nowhere may be dropped. */
  isHint: boolean;
}

/**
 * One message of the ingest queue: the bucket's own event, the test event that S3 sends once, or an agent's notice.
 * Undefined for a notice that is none: API Gateway puts into the queue whatever an agent sends.
 * @throws ZodError for an event of the bucket that can't be read
 */
export function readMessage(body: unknown): IngestMessage | undefined {
  const isBuckets = typeof body === 'object' && body !== null && ('Records' in body || 'Event' in body);
  if (isBuckets) return messageSchema.parse(body);
  const notice = uploadNoticeSchema.safeParse(body);
  return notice.success ? { objectKeys: [notice.data.objectKey], isHint: true } : undefined;
}

/** S3 writes keys as forms do: `+` for a space, the rest in percent. */
function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
