import { createHash } from 'node:crypto';

/** An id as AWS makes them up (`a1b2c3d4e5`), but the same for a stack and logical id on every start. */
export function stableId(stackName: string, logicalId: string, length: number): string {
  const digest = createHash('sha256').update(`${stackName}\n${logicalId}`).digest();
  const text = BigInt(`0x${digest.toString('hex')}`).toString(36);
  // The first character is a letter, so that the id can begin a host name.
  return `d${text}`.slice(0, length);
}
