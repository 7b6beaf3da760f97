import { type UploadNotice, uploadNoticeSchema } from '@afterimage/contracts';
import * as z from 'zod';

const bucketEventSchema = z.object({
  Records: z.array(z.object({ s3: z.object({ object: z.object({ key: z.string() }) }) })),
});
const bucketTestSchema = z.object({ Event: z.literal('s3:TestEvent') });

const messageSchema = z.union([
  bucketEventSchema.transform(({ Records }) => Records.map(({ s3 }) => decodeKey(s3.object.key))),
  uploadNoticeSchema.transform(({ objectKey }: UploadNotice) => [objectKey]),
  bucketTestSchema.transform((): string[] => []),
]);

/**
 * The object keys in one message of the ingest queue: the bucket's own event, an agent's notice, or the test event that
 * S3 sends once.
 * @throws ZodError for anything else
 */
export function readObjectKeys(body: unknown): string[] {
  return [...new Set(messageSchema.parse(body))];
}

/** S3 writes keys as forms do: `+` for a space, the rest in percent. */
function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
