import { type AwsRequest, accountId, type Kernel, notImplemented } from '../../kernel/types.ts';
import { disabled } from './errors.ts';
import { contextConditions } from './key-gate.ts';
import type { KeyStore, KmsKey } from './key-store.ts';
import type { RequestInput } from './request-input.ts';

export interface KmsContext {
  kernel: Kernel;
  keys: KeyStore;
}

/** One KMS operation: JSON members in, JSON members out. */
export type KmsOperation = (context: KmsContext, request: AwsRequest, input: RequestInput) => Record<string, unknown>;

interface KeyCall {
  encryptionContext?: Readonly<Record<string, string>>;
  /** Encryption algorithm of the request, for `kms:EncryptionAlgorithm`. */
  algorithm?: string | undefined;
  /** Further condition keys. */
  conditions?: Record<string, string>;
  /** False for operations that answer for a disabled key too. */
  needsEnabledKey?: boolean;
}

/** Checks caller and key policy first, then whether the key is on. */
export function authorizeKey(
  context: KmsContext,
  request: AwsRequest,
  key: KmsKey,
  action: string,
  { encryptionContext = {}, algorithm, conditions = {}, needsEnabledKey = true }: KeyCall = {},
): void {
  context.kernel.authorize({
    principal: request.principal,
    action,
    resourceArn: key.arn,
    resourcePolicy: key.policy,
    context: {
      'kms:calleraccount': accountId,
      'kms:keyspec': key.spec,
      'kms:keyusage': key.usage,
      ...contextConditions(encryptionContext),
      ...(algorithm === undefined ? {} : { 'kms:encryptionalgorithm': algorithm }),
      ...conditions,
    },
  });
  if (needsEnabledKey && !key.isEnabled) throw disabled(key.arn);
}

/** @throws AwsError `NotImplemented` for members that would change what an operation does */
export function refuseUnplayed(input: RequestInput): void {
  for (const name of ['GrantTokens', 'DryRun']) {
    if (input.has(name)) throw notImplemented(`KMS ${name}`);
  }
}
