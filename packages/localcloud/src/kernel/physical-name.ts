import { sha256Hex } from '../auth/signing.ts';

const maximumLength = 63;
const hashLength = 12;

/**
 * A name for a resource that the template leaves unnamed, stable for a stack and logical id:
 * `STACK-LOGICALID-HASH`, at most 63 characters. Buckets want it lower-cased.
 */
export function physicalName(stackName: string, logicalId: string): string {
  const hash = sha256Hex(`${stackName}\n${logicalId}`).slice(0, hashLength);
  const stem = `${stackName}-${logicalId}`.replace(/[^A-Za-z0-9-]/g, '');
  return `${stem.slice(0, maximumLength - hashLength - 1)}-${hash}`;
}
