import type { ResourceProvider, TemplateResource } from '../../kernel/types.ts';
import { checkSpec } from './key-specs.ts';
import type { KmsContext } from './operation.ts';

function textOf(resource: TemplateResource, name: string): string | undefined {
  const value = resource.properties[name];
  return value === undefined ? undefined : String(value);
}

export function keyProvider({ keys, kernel }: KmsContext): ResourceProvider {
  return {
    type: 'AWS::KMS::Key',
    understood: ['KeyPolicy', 'KeySpec', 'KeyUsage', 'Enabled', 'Description'],
    harmless: {
      EnableKeyRotation: 'rotation on AWS keeps old material readable under the same id, which no caller can tell',
      RotationPeriodInDays: 'see EnableKeyRotation',
      PendingWindowInDays: 'keys are not deleted here but with the whole data directory',
      Tags: 'tags of keys are for billing',
    },
    provision: async (resource) => {
      const { spec, usage } = checkSpec(textOf(resource, 'KeySpec'), textOf(resource, 'KeyUsage'));
      const policy = resource.properties.KeyPolicy;
      if (policy === undefined)
        throw new Error(`${resource.stackName}/${resource.logicalId}.KeyPolicy must be present`);
      const key = await keys.define(
        {
          owner: `${resource.stackName}/${resource.logicalId}`,
          spec,
          usage,
          isEnabled: textOf(resource, 'Enabled') !== 'false',
          description: textOf(resource, 'Description') ?? '',
          policy,
        },
        kernel.now(),
      );
      return { ref: key.keyId, attributes: { Arn: key.arn, KeyId: key.keyId } };
    },
  };
}

export function aliasProvider({ keys, kernel }: KmsContext): ResourceProvider {
  return {
    type: 'AWS::KMS::Alias',
    understood: ['AliasName', 'TargetKeyId'],
    harmless: {},
    provision: async (resource) => {
      const name = textOf(resource, 'AliasName') ?? '';
      if (!/^alias\/(?!aws\/)[A-Za-z0-9/_-]+$/.test(name)) {
        throw new Error(`${resource.stackName}/${resource.logicalId}.AliasName ${name} is not an alias`);
      }
      keys.defineAlias(name, keys.require(textOf(resource, 'TargetKeyId') ?? '').keyId, kernel.now());
      return { ref: name, attributes: {} };
    },
  };
}
