import {
  constants,
  createHash,
  createPublicKey,
  type KeyObject,
  sign as signMessage,
  verify as verifyMessage,
} from 'node:crypto';
import { AwsError, notImplemented } from '../../kernel/types.ts';
import { signDigest, verifyDigest } from './digest-signing.ts';
import { invalidKeyUsage, invalidSignature, validation } from './errors.ts';
import { encryptionAlgorithms, type SigningAlgorithm, signingAlgorithms } from './key-specs.ts';
import type { KmsKey } from './key-store.ts';
import { authorizeKey, type KmsOperation, refuseUnplayed } from './operation.ts';
import type { RequestInput } from './request-input.ts';

const largestMessageBytes = 4096;
const largestSignatureBytes = 6144;

interface SignedMessage {
  type: 'RAW' | 'DIGEST';
  bytes: Buffer;
  algorithm: SigningAlgorithm;
}

function readMessage(key: KmsKey, input: RequestInput): SignedMessage {
  if (key.usage !== 'SIGN_VERIFY') {
    throw invalidKeyUsage(`${key.arn} key usage is ${key.usage} which is not valid for signing.`);
  }
  const name = input.requiredText('SigningAlgorithm');
  const algorithm = signingAlgorithms(key.spec, key.usage).find((candidate) => candidate.name === name);
  if (algorithm === undefined) throw invalidKeyUsage(`Algorithm ${name} is incompatible with key spec ${key.spec}.`);
  const type = input.text('MessageType') ?? 'RAW';
  if (type === 'EXTERNAL_MU') throw notImplemented('KMS message type EXTERNAL_MU');
  if (type !== 'RAW' && type !== 'DIGEST') throw validation("Value at 'messageType' failed to satisfy constraint");
  const bytes = input.blob('Message', largestMessageBytes);
  if (type === 'DIGEST' && bytes.length !== createHash(algorithm.hash).digest().length) {
    throw validation('Digest is invalid length for algorithm.');
  }
  return { type, bytes, algorithm };
}

interface PaddedKey {
  key: KeyObject;
  padding?: number;
  saltLength?: number;
}

function paddedKey(key: KeyObject, { scheme }: SigningAlgorithm): PaddedKey {
  if (scheme !== 'pss') return { key };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}

function signingConditions(input: RequestInput): Record<string, string> {
  return {
    'kms:signingalgorithm': input.requiredText('SigningAlgorithm'),
    'kms:messagetype': input.text('MessageType') ?? 'RAW',
  };
}

export const sign: KmsOperation = (context, request, input) => {
  refuseUnplayed(input);
  const key = context.keys.require(input.requiredText('KeyId'));
  authorizeKey(context, request, key, 'kms:Sign', { conditions: signingConditions(input) });
  const { type, bytes, algorithm } = readMessage(key, input);
  const privateKey = context.keys.privateKey(key);
  const signature =
    type === 'DIGEST'
      ? signDigest(privateKey, algorithm, bytes)
      : signMessage(algorithm.hash, bytes, paddedKey(privateKey, algorithm));
  return { Signature: signature.toString('base64'), KeyId: key.arn, SigningAlgorithm: algorithm.name };
};

export const verify: KmsOperation = (context, request, input) => {
  refuseUnplayed(input);
  const key = context.keys.require(input.requiredText('KeyId'));
  authorizeKey(context, request, key, 'kms:Verify', { conditions: signingConditions(input) });
  const { type, bytes, algorithm } = readMessage(key, input);
  const signature = input.blob('Signature', largestSignatureBytes);
  const publicKey = createPublicKey(context.keys.privateKey(key));
  const isValid =
    type === 'DIGEST'
      ? verifyDigest(publicKey, algorithm, bytes, signature)
      : verifyMessage(algorithm.hash, bytes, paddedKey(publicKey, algorithm), signature);
  if (!isValid) throw invalidSignature();
  return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: algorithm.name };
};

/** The public half as DER SubjectPublicKeyInfo. */
export const getPublicKey: KmsOperation = (context, request, input) => {
  const key = context.keys.require(input.requiredText('KeyId'));
  authorizeKey(context, request, key, 'kms:GetPublicKey');
  if (key.spec === 'SYMMETRIC_DEFAULT') {
    throw new AwsError('UnsupportedOperationException', 400, `${key.arn} is a symmetric key and has no public key.`);
  }
  const publicKey = createPublicKey(context.keys.privateKey(key)).export({ format: 'der', type: 'spki' });
  const shared = {
    KeyId: key.arn,
    PublicKey: publicKey.toString('base64'),
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    KeyUsage: key.usage,
  };
  return key.usage === 'SIGN_VERIFY'
    ? { ...shared, SigningAlgorithms: signingAlgorithms(key.spec, key.usage).map(({ name }) => name) }
    : { ...shared, EncryptionAlgorithms: encryptionAlgorithms(key.spec, key.usage) };
};
