import { CreateAliasCommand, CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { createTestKernel } from '../src/kernel/testing.ts';
import { createKms } from '../src/services/kms/index.ts';
import { oracleEndpoint } from './oracle/oracle-endpoint.ts';

export interface KmsUnderTest {
  client: KMSClient;
  /** A key with the properties of `AWS::KMS::Key`. @returns its ARN */
  createKey(name: string, properties: KeyProperties): Promise<string>;
  createAlias(aliasName: string, keyArn: string): Promise<void>;
  close(): Promise<void>;
}

export interface KeyProperties {
  KeyPolicy: object;
  KeySpec?: 'RSA_2048' | 'ECC_NIST_P256';
  KeyUsage?: 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY';
  Description?: string;
  Enabled?: boolean;
}

export async function startKms(): Promise<KmsUnderTest> {
  const oracle = oracleEndpoint('kms');
  if (!oracle) return startLocal();
  const client = new KMSClient(oracle);
  return {
    client,
    async createKey(_name, { KeyPolicy, Enabled = true, ...properties }) {
      const Policy = JSON.stringify(KeyPolicy);
      const command = new CreateKeyCommand({ ...properties, Policy, BypassPolicyLockoutSafetyCheck: true });
      const { KeyMetadata } = await client.send(command);
      if (!Enabled) await client.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId }));
      return KeyMetadata?.Arn ?? '';
    },
    async createAlias(AliasName, TargetKeyId) {
      await client.send(new CreateAliasCommand({ AliasName, TargetKeyId }));
    },
    close: async () => client.destroy(),
  };
}

async function startLocal(): Promise<KmsUnderTest> {
  const testKernel = createTestKernel();
  const kms = createKms(testKernel.kernel);
  const { endpoint, credentials, close } = await testKernel.serve([kms.service]);
  const client = new KMSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const provision = async (type: string, logicalId: string, properties: Record<string, unknown>) => {
    const provider = kms.providers.find((candidate) => candidate.type === type);
    if (provider === undefined) throw new Error(`no provider of ${type}`);
    return provider.provision({ stackName: 'Test', logicalId, type, assemblyDirectory: '', properties });
  };
  return {
    client,
    async createKey(name, properties) {
      return String((await provision('AWS::KMS::Key', name, { ...properties })).attributes.Arn);
    },
    async createAlias(AliasName, TargetKeyId) {
      await provision('AWS::KMS::Alias', AliasName.replace('/', '-'), { AliasName, TargetKeyId });
    },
    close: async () => {
      client.destroy();
      await close();
      testKernel.cleanup();
    },
  };
}
