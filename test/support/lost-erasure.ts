import type { RecordingId } from '@afterimage/contracts';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { resourceName, type Stack } from './stack.ts';
import type { StoredTruth } from './stored-truth.ts';

/** As if a process had died between closing a recording and sending the message that has it erased, a while ago. */
export async function loseErasureMessage(
  stack: Stack,
  { database }: StoredTruth,
  recordingId: RecordingId,
): Promise<void> {
  const requestedAt = new Date(Date.now() - 20 * 60_000 - 1000).toISOString();
  const erasure = { requestedBy: 'somebody', requestedAt, justificationSha256: 'ab'.repeat(32) };
  await database.send(
    new UpdateCommand({
      TableName: resourceName(stack, 'RecordingIndex'),
      Key: { pk: `REC#${recordingId}`, sk: 'META' },
      UpdateExpression: 'SET #data.#state = :erasing, #data.erasure = :erasure, activity = :active ADD revision :one',
      ExpressionAttributeNames: { '#data': 'data', '#state': 'state' },
      ExpressionAttributeValues: { ':erasing': 'erasing', ':erasure': erasure, ':active': 'LIVE#0', ':one': 1 },
    }),
  );
}
