import type { RecordingId } from '@afterimage/contracts';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { invokeFunction } from './invoke-function.ts';
import { resourceName, type Stack } from './stack.ts';
import type { StoredTruth } from './stored-truth.ts';

/** As if nothing had been heard of the recording for so long, then a run of the sweeper. */
export async function fallSilent(
  stack: Stack,
  truth: StoredTruth,
  recordingId: RecordingId,
  silentMs: number,
): Promise<void> {
  await noteSilence(stack, truth, recordingId, silentMs);
  await invokeFunction(stack, 'SweeperFunction');
}

/** As if nothing had been heard of the recording for so long; the sweeper looks in its own time. */
export async function noteSilence(
  stack: Stack,
  { database }: StoredTruth,
  recordingId: RecordingId,
  silentMs: number,
): Promise<void> {
  const lastHeardAt = new Date(Date.now() - silentMs).toISOString();
  await database.send(
    new UpdateCommand({
      TableName: resourceName(stack, 'RecordingIndex'),
      Key: { pk: `REC#${recordingId}`, sk: 'META' },
      UpdateExpression: 'SET lastHeardAt = :at, #data.lastHeardAt = :at ADD revision :one',
      ExpressionAttributeNames: { '#data': 'data' },
      ExpressionAttributeValues: { ':at': lastHeardAt, ':one': 1 },
    }),
  );
}
