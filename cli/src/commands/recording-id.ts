import { type RecordingId, recordingIdSchema } from '@afterimage/contracts';
import { InvalidArgumentError } from 'commander';

export function parseRecordingId(text: string): RecordingId {
  const id = recordingIdSchema.safeParse(text);
  if (!id.success) throw new InvalidArgumentError(`${text} is no recording id; they look like rec_01j…`);
  return id.data;
}
