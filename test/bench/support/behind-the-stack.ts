import type { RecordingId } from '@afterimage/contracts';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { UsageRow } from '../../../packages/localcloud/src/kernel/usage-ledger.ts';
import { pollUntil } from '../../support/poll-until.ts';
import { resourceName, type Stack } from '../../support/stack.ts';

export async function readUsage(stack: Stack): Promise<UsageRow[]> {
  return (await (await fetch(`${stack.endpoint}/_localcloud/usage`)).json()) as UsageRow[];
}

/** Looks into the table with the operator's key, whose use is not counted. */
export function watchStored(stack: Stack) {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(stack.rootClient));
  const TableName = resourceName(stack, 'RecordingIndex');
  return (recordingId: RecordingId, sequence: number) =>
    pollUntil(
      `segment ${sequence} is stored`,
      async () => {
        const { Item } = await client.send(
          new GetCommand({ TableName, Key: { pk: `REC#${recordingId}`, sk: 'META' } }),
        );
        return (Item as { data?: { contiguousSequence: number } } | undefined)?.data?.contiguousSequence === sequence;
      },
      60_000,
    );
}
