import { accountId, type Kernel, type Principal, region } from '../../kernel/types.ts';
import { disabled } from './errors.ts';
import { openKeyStore } from './key-store.ts';

/** What a service does with a key on its caller's behalf. */
export type KeyAction = 'kms:GenerateDataKey' | 'kms:Decrypt';

export interface KeyUse {
  /** The service in between: `s3`, `sqs`, `dynamodb` … */
  via: string;
  encryptionContext: Readonly<Record<string, string>>;
}

/** For services that encrypt with KMS: they keep no ciphertext here, but their callers need the right to the key. */
export interface KeyGate {
  /** Full ARN of a key named by id, ARN or alias. Errors: `NotFoundException`. */
  arnOf(reference: string): string;
  /** Errors: `AccessDeniedException`, `DisabledException`, `NotFoundException`. */
  authorize(principal: Principal, keyArn: string, action: KeyAction, use: KeyUse): void;
}

/** AWS managed keys (`alias/aws/s3` …) serve everyone in the account who may use the service. */
const managedAlias = /^(?:arn:aws:kms:[^:]+:\d+:)?alias\/aws\/(.+)$/;
const managedKeyPrefix = `arn:aws:kms:${region}:${accountId}:key/aws-managed-`;

export function createKeyGate(kernel: Kernel): KeyGate {
  const keys = openKeyStore(kernel.database);
  return {
    arnOf: (reference) => {
      const managed = managedAlias.exec(reference)?.[1];
      if (managed !== undefined) return `${managedKeyPrefix}${managed}`;
      return reference.startsWith(managedKeyPrefix) ? reference : keys.require(reference).arn;
    },
    authorize: (principal, keyArn, action, { via, encryptionContext }) => {
      if (keyArn.startsWith(managedKeyPrefix)) return;
      const key = keys.require(keyArn);
      kernel.authorize({
        principal,
        action,
        resourceArn: key.arn,
        resourcePolicy: key.policy,
        context: {
          'kms:viaservice': `${via}.${region}.amazonaws.com`,
          'kms:calleraccount': accountId,
          ...contextConditions(encryptionContext),
        },
      });
      if (!key.isEnabled) throw disabled(key.arn);
    },
  };
}

/** Condition keys of an encryption context. */
export function contextConditions(
  encryptionContext: Readonly<Record<string, string>>,
): Record<string, string | string[]> {
  const names = Object.keys(encryptionContext);
  if (names.length === 0) return {};
  const conditions: Record<string, string | string[]> = { 'kms:encryptioncontextkeys': names };
  for (const [name, value] of Object.entries(encryptionContext)) {
    conditions[`kms:encryptioncontext:${name.toLowerCase()}`] = value;
  }
  return conditions;
}
