import { createHash } from 'node:crypto';
import type { KeyUnwrapper, ManifestSigner, WrappedDataKey, WrappingKey } from '@afterimage/core';
import {
  DecryptCommand,
  GetPublicKeyCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  type KMSClient,
  SignCommand,
} from '@aws-sdk/client-kms';

/** A key's public half never changes, so it is asked for once in a function's life. */
class PublicKeyCache {
  readonly #client: KMSClient;
  readonly #keyId: string;
  #known: string | undefined;

  constructor(client: KMSClient, keyId: string) {
    this.#client = client;
    this.#keyId = keyId;
  }

  async get(): Promise<string> {
    this.#known ??= await this.#fetch();
    return this.#known;
  }

  async #fetch(): Promise<string> {
    const { PublicKey } = await this.#client.send(new GetPublicKeyCommand({ KeyId: this.#keyId }));
    if (PublicKey === undefined) throw new Error('the key has no public half');
    return Buffer.from(PublicKey).toString('base64');
  }
}

export class KmsManifestSigner implements ManifestSigner {
  readonly #client: KMSClient;
  readonly #keyId: string;
  readonly #publicKey: PublicKeyCache;

  constructor(client: KMSClient, keyId: string) {
    this.#client = client;
    this.#keyId = keyId;
    this.#publicKey = new PublicKeyCache(client, keyId);
  }

  /** The digest is signed, because KMS takes messages of up to 4 KiB only. */
  async sign(bytes: Uint8Array): Promise<string> {
    const Message = createHash('sha256').update(bytes).digest();
    const { Signature } = await this.#client.send(
      new SignCommand({ KeyId: this.#keyId, Message, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' }),
    );
    if (Signature === undefined) throw new Error('the key service returned no signature');
    return Buffer.from(Signature).toString('base64');
  }

  publicKey(): Promise<string> {
    return this.#publicKey.get();
  }
}

export class KmsWrappingKey implements WrappingKey {
  readonly keyId: string;
  readonly #publicKey: PublicKeyCache;

  constructor(client: KMSClient, keyId: string) {
    this.keyId = keyId;
    this.#publicKey = new PublicKeyCache(client, keyId);
  }

  publicKey(): Promise<string> {
    return this.#publicKey.get();
  }
}

export class KmsKeyUnwrapper implements KeyUnwrapper {
  readonly #client: KMSClient;

  constructor(client: KMSClient) {
    this.#client = client;
  }

  async unwrap({ wrappedKey, wrappingKeyId }: WrappedDataKey): Promise<Uint8Array | undefined> {
    const command = new DecryptCommand({
      KeyId: wrappingKeyId,
      CiphertextBlob: Buffer.from(wrappedKey, 'base64'),
      EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
    });
    try {
      const { Plaintext } = await this.#client.send(command);
      return Plaintext;
    } catch (error) {
      if (error instanceof InvalidCiphertextException || error instanceof IncorrectKeyException) return undefined;
      throw error;
    }
  }
}
