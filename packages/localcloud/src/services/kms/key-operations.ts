import { accountId, region } from '../../kernel/types.ts';
import { encryptionAlgorithms, signingAlgorithms } from './key-specs.ts';
import { authorizeKey, type KmsOperation } from './operation.ts';

/** Times in the JSON protocol are seconds since 1970. */
function toSeconds(ms: number): number {
  return ms / 1000;
}

export const describeKey: KmsOperation = (context, request, input) => {
  const key = context.keys.require(input.requiredText('KeyId'));
  authorizeKey(context, request, key, 'kms:DescribeKey', { needsEnabledKey: false });
  const algorithms =
    key.usage === 'SIGN_VERIFY'
      ? { SigningAlgorithms: signingAlgorithms(key.spec, key.usage).map(({ name }) => name) }
      : { EncryptionAlgorithms: encryptionAlgorithms(key.spec, key.usage) };
  return {
    KeyMetadata: {
      AWSAccountId: accountId,
      KeyId: key.keyId,
      Arn: key.arn,
      CreationDate: toSeconds(key.createdMs),
      Enabled: key.isEnabled,
      Description: key.description,
      KeyUsage: key.usage,
      KeyState: key.isEnabled ? 'Enabled' : 'Disabled',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      CustomerMasterKeySpec: key.spec,
      KeySpec: key.spec,
      MultiRegion: false,
      ...algorithms,
    },
  };
};

export const listAliases: KmsOperation = (context, request, input) => {
  context.kernel.authorize({ principal: request.principal, action: 'kms:ListAliases', resourceArn: '*' });
  const reference = input.text('KeyId');
  const keyId = reference === undefined ? undefined : context.keys.require(reference).keyId;
  const limit = input.number('Limit') ?? 50;
  const marker = input.text('Marker') ?? '';
  const found = context.keys.aliases().filter((alias) => alias.name > marker && (keyId ?? alias.keyId) === alias.keyId);
  const page = found.slice(0, limit);
  const isTruncated = found.length > limit;
  return {
    Aliases: page.map((alias) => ({
      AliasName: alias.name,
      AliasArn: `arn:aws:kms:${region}:${accountId}:${alias.name}`,
      TargetKeyId: alias.keyId,
      CreationDate: toSeconds(alias.createdMs),
      LastUpdatedDate: toSeconds(alias.createdMs),
    })),
    Truncated: isTruncated,
    ...(isTruncated ? { NextMarker: page.at(-1)?.name } : {}),
  };
};
