import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { resourceName, type Stack } from './stack.ts';

/** Puts messages straight into a queue, one after the other, with the operator's own key. */
export async function sendMessages(stack: Stack, queue: string, bodies: readonly object[]): Promise<void> {
  const client = new SQSClient(stack.rootClient);
  try {
    const QueueUrl = resourceName(stack, queue);
    for (const body of bodies) {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) }));
    }
  } finally {
    client.destroy();
  }
}
