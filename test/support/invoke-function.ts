import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { physicalName } from '../../packages/localcloud/src/kernel/physical-name.ts';
import { resourcesOfType } from './assembly.ts';
import type { Stack } from './stack.ts';

/** Runs a function now instead of at its time. @throws Error with what the function threw */
export async function invokeFunction(stack: Stack, logicalIdPrefix: string, payload: object = {}): Promise<void> {
  const found = resourcesOfType('AWS::Lambda::Function').find(({ logicalId }) => logicalId.startsWith(logicalIdPrefix));
  if (found === undefined) throw new Error(`no function ${logicalIdPrefix}`);
  const client = new LambdaClient(stack.rootClient);
  try {
    const FunctionName = physicalName(found.stack, found.logicalId);
    const answer = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }));
    if (answer.FunctionError !== undefined) throw new Error(answer.Payload?.transformToString());
  } finally {
    client.destroy();
  }
}
