import { constants, createPublicKey, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto';
import { notImplemented } from '../../kernel/types.ts';
import { incorrectKey, invalidCiphertext, invalidKeyUsage, validation } from './errors.ts';
import { type EncryptionAlgorithm, encryptionAlgorithms, rsaBits } from './key-specs.ts';
import type { KmsKey } from './key-store.ts';
import { authorizeKey, type KmsContext, type KmsOperation, refuseUnplayed } from './operation.ts';
import type { RequestInput } from './request-input.ts';
import { decryptSymmetric, encryptSymmetric, keyIdOfBlob } from './symmetric-cipher.ts';

const largestPlaintextBytes = 4096;
const largestCiphertextBytes = 6144;

function chooseAlgorithm(key: KmsKey, input: RequestInput): EncryptionAlgorithm {
  const requested = input.text('EncryptionAlgorithm') ?? 'SYMMETRIC_DEFAULT';
  const possible = encryptionAlgorithms(key.spec, key.usage);
  if (possible.length === 0)
    throw invalidKeyUsage(`${key.arn} key usage is ${key.usage} which is not valid for this operation.`);
  const algorithm = possible.find((candidate) => candidate === requested);
  if (algorithm === undefined) {
    throw invalidKeyUsage(`Algorithm ${requested} is incompatible with key spec ${key.spec}.`);
  }
  if (algorithm !== 'SYMMETRIC_DEFAULT' && Object.keys(input.pairs('EncryptionContext')).length > 0) {
    throw validation('EncryptionContext is not supported with asymmetric keys.');
  }
  return algorithm;
}

function oaepHash(algorithm: EncryptionAlgorithm): 'sha1' | 'sha256' {
  return algorithm === 'RSAES_OAEP_SHA_1' ? 'sha1' : 'sha256';
}

export const encrypt: KmsOperation = (context, request, input) => {
  refuseUnplayed(input);
  const key = context.keys.require(input.requiredText('KeyId'));
  const encryptionContext = input.pairs('EncryptionContext');
  authorizeKey(context, request, key, 'kms:Encrypt', {
    encryptionContext,
    algorithm: input.text('EncryptionAlgorithm'),
  });
  const algorithm = chooseAlgorithm(key, input);
  const plaintext = input.blob('Plaintext', largestPlaintextBytes);
  const blob =
    algorithm === 'SYMMETRIC_DEFAULT'
      ? encryptSymmetric(key.keyId, key.material, plaintext, encryptionContext)
      : encryptRsa(context, key, algorithm, plaintext);
  return { CiphertextBlob: blob.toString('base64'), KeyId: key.arn, EncryptionAlgorithm: algorithm };
};

function encryptRsa(context: KmsContext, key: KmsKey, algorithm: EncryptionAlgorithm, plaintext: Buffer): Buffer {
  const hash = oaepHash(algorithm);
  const overheadBytes = 2 * (hash === 'sha1' ? 20 : 32) + 2;
  if (plaintext.length > rsaBits(key.spec) / 8 - overheadBytes) {
    throw validation(`Plaintext is too long for ${algorithm} with ${key.spec}`);
  }
  const publicKey = createPublicKey(context.keys.privateKey(key));
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, plaintext);
}

export const decrypt: KmsOperation = (context, request, input) => {
  refuseUnplayed(input);
  if (input.has('Recipient')) throw notImplemented('KMS recipients');
  const blob = input.blob('CiphertextBlob', largestCiphertextBytes);
  const named = input.text('KeyId');
  const requested = input.text('EncryptionAlgorithm') ?? 'SYMMETRIC_DEFAULT';
  if (named === undefined && requested !== 'SYMMETRIC_DEFAULT') {
    throw validation('KeyId is required for decryption with an asymmetric CMK');
  }
  const key = named === undefined ? keyOfBlob(context, blob) : context.keys.require(named);
  const encryptionContext = input.pairs('EncryptionContext');
  authorizeKey(context, request, key, 'kms:Decrypt', { encryptionContext, algorithm: requested });
  const algorithm = chooseAlgorithm(key, input);
  if (algorithm === 'SYMMETRIC_DEFAULT' && keyIdOfBlob(blob) !== key.keyId) throw incorrectKey();
  const plaintext =
    algorithm === 'SYMMETRIC_DEFAULT'
      ? decryptSymmetric(key.material, blob, encryptionContext)
      : decryptRsa(context, key, algorithm, blob);
  return { Plaintext: plaintext.toString('base64'), KeyId: key.arn, EncryptionAlgorithm: algorithm };
};

/** A blob that names a key which is not here is to KMS no ciphertext at all. */
function keyOfBlob(context: KmsContext, blob: Buffer): KmsKey {
  const keyId = keyIdOfBlob(blob);
  try {
    return context.keys.require(keyId);
  } catch {
    throw invalidCiphertext();
  }
}

function decryptRsa(context: KmsContext, key: KmsKey, algorithm: EncryptionAlgorithm, blob: Buffer): Buffer {
  try {
    return privateDecrypt(
      { key: context.keys.privateKey(key), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: oaepHash(algorithm) },
      blob,
    );
  } catch {
    throw invalidCiphertext();
  }
}

function makeDataKey(
  context: KmsContext,
  request: Parameters<KmsOperation>[1],
  input: RequestInput,
  action: 'kms:GenerateDataKey' | 'kms:GenerateDataKeyWithoutPlaintext',
): { key: KmsKey; plaintext: Buffer; blob: Buffer } {
  refuseUnplayed(input);
  if (input.has('Recipient')) throw notImplemented('KMS recipients');
  const key = context.keys.require(input.requiredText('KeyId'));
  const encryptionContext = input.pairs('EncryptionContext');
  authorizeKey(context, request, key, action, { encryptionContext });
  if (key.spec !== 'SYMMETRIC_DEFAULT') {
    throw invalidKeyUsage(`${key.arn} key usage is ${key.usage} which is not valid for ${action.slice(4)}.`);
  }
  const plaintext = randomBytes(dataKeyBytes(input));
  return { key, plaintext, blob: encryptSymmetric(key.keyId, key.material, plaintext, encryptionContext) };
}

function dataKeyBytes(input: RequestInput): number {
  const spec = input.text('KeySpec');
  const count = input.number('NumberOfBytes');
  if ((spec === undefined) === (count === undefined)) {
    throw validation('Please specify either number of bytes or key spec.');
  }
  if (spec !== undefined && spec !== 'AES_256' && spec !== 'AES_128') {
    throw validation("1 validation error detected: Value at 'keySpec' failed to satisfy constraint");
  }
  const sizeBytes = count ?? (spec === 'AES_128' ? 16 : 32);
  if (sizeBytes < 1 || sizeBytes > 1024) {
    throw validation("1 validation error detected: Value at 'numberOfBytes' failed to satisfy constraint");
  }
  return sizeBytes;
}

export const generateDataKey: KmsOperation = (context, request, input) => {
  const { key, plaintext, blob } = makeDataKey(context, request, input, 'kms:GenerateDataKey');
  return { Plaintext: plaintext.toString('base64'), CiphertextBlob: blob.toString('base64'), KeyId: key.arn };
};

export const generateDataKeyWithoutPlaintext: KmsOperation = (context, request, input) => {
  const { key, blob } = makeDataKey(context, request, input, 'kms:GenerateDataKeyWithoutPlaintext');
  return { CiphertextBlob: blob.toString('base64'), KeyId: key.arn };
};
