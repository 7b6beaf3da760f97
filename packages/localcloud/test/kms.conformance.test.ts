import { createHash, createPublicKey, publicEncrypt, randomBytes, verify } from 'node:crypto';
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  type EncryptionAlgorithmSpec,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetPublicKeyCommand,
  type KMSClient,
  ListAliasesCommand,
  type MessageType,
  SignCommand,
  type SigningAlgorithmSpec,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type KeyProperties, type KmsUnderTest, startKms } from './kms-server.ts';

const keyPolicy = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' },
  ],
};

let server: KmsUnderTest;
let client: KMSClient;
const keys: Record<'data' | 'other' | 'off' | 'rsa' | 'ecdsa' | 'rsaSigning' | 'closed', string> = {
  data: '',
  other: '',
  off: '',
  rsa: '',
  ecdsa: '',
  rsaSigning: '',
  closed: '',
};

beforeAll(async () => {
  server = await startKms();
  client = server.client;
  const key = async (name: keyof typeof keys, properties: Partial<KeyProperties> = {}) => {
    keys[name] = await server.createKey(name, { KeyPolicy: keyPolicy, ...properties });
  };
  await key('data', { Description: 'for data' });
  await key('other');
  await key('off', { Enabled: false });
  await key('closed', { KeyPolicy: { ...keyPolicy, Statement: [] } });
  await key('rsa', { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
  await key('ecdsa', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  await key('rsaSigning', { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
  await server.createAlias('alias/data', keys.data);
});

afterAll(() => server.close());

async function refusal(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'none',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
}

describe('symmetric keys', () => {
  const Plaintext = Buffer.from('secret');
  const EncryptionContext = { recording: 'r1', agent: 'a1' };

  test('open what they sealed, in the same context whatever its order, by id, ARN or alias', async () => {
    const { CiphertextBlob, KeyId } = await client.send(
      new EncryptCommand({ KeyId: 'alias/data', Plaintext, EncryptionContext }),
    );
    expect(KeyId).toBe(keys.data);
    const reordered = { agent: 'a1', recording: 'r1' };
    for (const named of [undefined, keys.data, keys.data.split('/')[1], 'alias/data']) {
      const opened = await client.send(
        new DecryptCommand({ CiphertextBlob, EncryptionContext: reordered, KeyId: named }),
      );
      expect([Buffer.from(opened.Plaintext ?? []).toString(), opened.KeyId]).toEqual(['secret', keys.data]);
    }
  });

  test('refuse another context, changed bytes and another key', async () => {
    const { CiphertextBlob = new Uint8Array() } = await client.send(
      new EncryptCommand({ KeyId: keys.data, Plaintext, EncryptionContext }),
    );
    const decrypt = (options: object) =>
      refusal(client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, ...options })));
    expect(await decrypt({ EncryptionContext: { ...EncryptionContext, agent: 'a2' } })).toBe(
      'InvalidCiphertextException',
    );
    expect(await decrypt({ EncryptionContext: undefined })).toBe('InvalidCiphertextException');
    const changed = Uint8Array.from(CiphertextBlob);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    expect(await decrypt({ CiphertextBlob: changed })).toBe('InvalidCiphertextException');
    expect(await decrypt({ CiphertextBlob: randomBytes(80) })).toBe('InvalidCiphertextException');
    expect(await decrypt({ KeyId: keys.other })).toBe('IncorrectKeyException');
  });

  test('make data keys, with and without their plaintext', async () => {
    const made = await client.send(
      new GenerateDataKeyCommand({ KeyId: keys.data, KeySpec: 'AES_256', EncryptionContext }),
    );
    const opened = await client.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob, EncryptionContext }));
    expect(made.Plaintext).toHaveLength(32);
    expect(opened.Plaintext).toEqual(made.Plaintext);
    const sealed = await client.send(
      new GenerateDataKeyWithoutPlaintextCommand({ KeyId: keys.data, NumberOfBytes: 64 }),
    );
    const unsealed = await client.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }));
    expect(unsealed.Plaintext).toHaveLength(64);
    expect(await refusal(client.send(new GenerateDataKeyCommand({ KeyId: keys.data })))).toBe('ValidationException');
  });

  test('refuse more than 4096 bytes', async () => {
    const encrypt = (bytes: number) =>
      client.send(new EncryptCommand({ KeyId: keys.data, Plaintext: randomBytes(bytes) }));
    expect(await refusal(encrypt(4096))).toBe('none');
    expect(await refusal(encrypt(4097))).toBe('ValidationException');
  });

  test('are refused when disabled, missing or closed by their policy', async () => {
    const encrypt = (KeyId: string) => refusal(client.send(new EncryptCommand({ KeyId, Plaintext })));
    expect(await encrypt(keys.off)).toBe('DisabledException');
    expect(await encrypt('00000000-0000-4000-8000-000000000000')).toBe('NotFoundException');
    expect(await encrypt('alias/none')).toBe('NotFoundException');
    expect(await encrypt(keys.closed)).toBe('AccessDeniedException');
  });
});

describe('RSA keys that encrypt', () => {
  async function publicKey() {
    const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId: keys.rsa }));
    return createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  }

  test.each([
    ['RSAES_OAEP_SHA_256', 'sha256', 190],
    ['RSAES_OAEP_SHA_1', 'sha1', 214],
  ] as const)(
    'open under %s what their public key sealed elsewhere',
    async (EncryptionAlgorithm, oaepHash, longest) => {
      const secret = randomBytes(longest);
      const CiphertextBlob = publicEncrypt({ key: await publicKey(), oaepHash }, secret);
      const opened = await client.send(new DecryptCommand({ KeyId: keys.rsa, CiphertextBlob, EncryptionAlgorithm }));
      expect(Buffer.from(opened.Plaintext ?? []).equals(secret)).toBe(true);
      const sealed = await client.send(new EncryptCommand({ KeyId: keys.rsa, Plaintext: secret, EncryptionAlgorithm }));
      const { CiphertextBlob: blob } = sealed;
      const again = await client.send(
        new DecryptCommand({ KeyId: keys.rsa, CiphertextBlob: blob, EncryptionAlgorithm }),
      );
      expect(Buffer.from(again.Plaintext ?? []).equals(secret)).toBe(true);
      const tooLong = new EncryptCommand({ KeyId: keys.rsa, Plaintext: randomBytes(longest + 1), EncryptionAlgorithm });
      expect(await refusal(client.send(tooLong))).toBe('ValidationException');
    },
  );

  test('refuse another algorithm, foreign bytes and other uses', async () => {
    const CiphertextBlob = randomBytes(256);
    const decrypt = (EncryptionAlgorithm?: EncryptionAlgorithmSpec) =>
      refusal(client.send(new DecryptCommand({ KeyId: keys.rsa, CiphertextBlob, EncryptionAlgorithm })));
    expect(await decrypt()).toBe('InvalidKeyUsageException');
    expect(await decrypt('RSAES_OAEP_SHA_256')).toBe('InvalidCiphertextException');
    const bound = { KeyId: keys.rsa, Plaintext: Buffer.of(1), EncryptionContext: { a: 'b' } };
    const encrypt = new EncryptCommand({ ...bound, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' });
    expect(await refusal(client.send(encrypt))).toBe('ValidationException');
    const dataKey = new GenerateDataKeyCommand({ KeyId: keys.rsa, KeySpec: 'AES_256' });
    expect(await refusal(client.send(dataKey))).toBe('InvalidKeyUsageException');
    const sign = new SignCommand({ KeyId: keys.rsa, Message: Buffer.of(1), SigningAlgorithm: 'RSASSA_PSS_SHA_256' });
    expect(await refusal(client.send(sign))).toBe('InvalidKeyUsageException');
  });
});

describe('signatures', () => {
  const message = Buffer.from('manifest');
  const digest = createHash('sha256').update(message).digest();
  const algorithms: [keyof typeof keys, SigningAlgorithmSpec, number | undefined][] = [
    ['ecdsa', 'ECDSA_SHA_256', undefined],
    ['rsaSigning', 'RSASSA_PSS_SHA_256', 6],
    ['rsaSigning', 'RSASSA_PKCS1_V1_5_SHA_256', 1],
  ];

  function sign(name: keyof typeof keys, SigningAlgorithm: SigningAlgorithmSpec, MessageType: MessageType) {
    const Message = MessageType === 'RAW' ? message : digest;
    return client.send(new SignCommand({ KeyId: keys[name], Message, MessageType, SigningAlgorithm }));
  }

  test.each(algorithms)(
    'by %s under %s verify here and outside, over message and digest alike',
    async (name, algorithm, padding) => {
      const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId: keys[name] }));
      const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
      const padded = padding === undefined ? { key } : { key, padding };
      for (const MessageType of ['RAW', 'DIGEST'] as const) {
        const { Signature = new Uint8Array() } = await sign(name, algorithm, MessageType);
        expect(verify('sha256', message, padded, Signature)).toBe(true);
        const shared = { KeyId: keys[name], SigningAlgorithm: algorithm, Signature };
        const overMessage = await client.send(new VerifyCommand({ ...shared, Message: message, MessageType: 'RAW' }));
        const overDigest = await client.send(new VerifyCommand({ ...shared, Message: digest, MessageType: 'DIGEST' }));
        expect([overMessage.SignatureValid, overDigest.SignatureValid]).toEqual([true, true]);
        const other = Buffer.from('manifesto');
        expect(await refusal(client.send(new VerifyCommand({ ...shared, Message: other })))).toBe(
          'KMSInvalidSignatureException',
        );
        const otherDigest = createHash('sha256').update(other).digest();
        const forged = new VerifyCommand({ ...shared, Message: otherDigest, MessageType: 'DIGEST' });
        expect(await refusal(client.send(forged))).toBe('KMSInvalidSignatureException');
      }
    },
  );

  test('over many digests all verify, whatever the lengths of their numbers', async () => {
    const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId: keys.ecdsa }));
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
    const verdicts = await Promise.all(
      Array.from({ length: 24 }, async (_, n) => {
        const text = Buffer.from(`message ${n}`);
        const Message = createHash('sha256').update(text).digest();
        const shared = {
          KeyId: keys.ecdsa,
          SigningAlgorithm: 'ECDSA_SHA_256',
          MessageType: 'DIGEST',
          Message,
        } as const;
        const { Signature = new Uint8Array() } = await client.send(new SignCommand(shared));
        return verify('sha256', text, key, Signature);
      }),
    );
    expect(verdicts.every((isValid) => isValid)).toBe(true);
  });

  test('refuse a digest of another length, a message over 4096 bytes, an algorithm of another key', async () => {
    const attempt = (options: object) =>
      refusal(
        client.send(
          new SignCommand({ KeyId: keys.ecdsa, Message: message, SigningAlgorithm: 'ECDSA_SHA_256', ...options }),
        ),
      );
    expect(await attempt({ MessageType: 'DIGEST' })).toBe('ValidationException');
    expect(await attempt({ Message: randomBytes(4097) })).toBe('ValidationException');
    expect(await attempt({ SigningAlgorithm: 'RSASSA_PSS_SHA_256' })).toBe('InvalidKeyUsageException');
    expect(await attempt({ KeyId: keys.data })).toBe('InvalidKeyUsageException');
  });
});

describe('descriptions', () => {
  test('say what a key is for, a disabled one too', async () => {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: 'alias/data' }));
    expect(KeyMetadata).toMatchObject({
      Arn: keys.data,
      Description: 'for data',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyState: 'Enabled',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    });
    const off = await client.send(new DescribeKeyCommand({ KeyId: keys.off }));
    expect(off.KeyMetadata).toMatchObject({ Enabled: false, KeyState: 'Disabled' });
  });

  test('list the aliases of a key', async () => {
    const { Aliases } = await client.send(new ListAliasesCommand({ KeyId: keys.data }));
    expect(Aliases?.map(({ AliasName, TargetKeyId }) => [AliasName, TargetKeyId])).toEqual([
      ['alias/data', keys.data.split('/')[1]],
    ]);
    expect((await client.send(new ListAliasesCommand({ KeyId: keys.other }))).Aliases).toEqual([]);
  });

  test('a symmetric key has no public half', async () => {
    const read = new GetPublicKeyCommand({ KeyId: keys.data });
    expect(await refusal(client.send(read))).toBe('UnsupportedOperationException');
  });
});
