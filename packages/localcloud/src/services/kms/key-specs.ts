import { validation } from './errors.ts';

export type KeySpec = 'SYMMETRIC_DEFAULT' | 'RSA_2048' | 'RSA_3072' | 'RSA_4096' | 'ECC_NIST_P256';
export type KeyUsage = 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY';
export type EncryptionAlgorithm = 'SYMMETRIC_DEFAULT' | 'RSAES_OAEP_SHA_1' | 'RSAES_OAEP_SHA_256';
export type HashName = 'sha256' | 'sha384' | 'sha512';

export interface SigningAlgorithm {
  name: string;
  scheme: 'ecdsa' | 'pss' | 'pkcs1';
  hash: HashName;
}

const keySpecs: readonly KeySpec[] = ['SYMMETRIC_DEFAULT', 'RSA_2048', 'RSA_3072', 'RSA_4096', 'ECC_NIST_P256'];

const rsaSigning: readonly SigningAlgorithm[] = (['sha256', 'sha384', 'sha512'] as const).flatMap((hash) => {
  const suffix = `SHA_${hash.slice(3)}`;
  return [
    { name: `RSASSA_PKCS1_V1_5_${suffix}`, scheme: 'pkcs1', hash } as const,
    { name: `RSASSA_PSS_${suffix}`, scheme: 'pss', hash } as const,
  ];
});
const p256Signing: readonly SigningAlgorithm[] = [{ name: 'ECDSA_SHA_256', scheme: 'ecdsa', hash: 'sha256' }];

export function signingAlgorithms(spec: KeySpec, usage: KeyUsage): readonly SigningAlgorithm[] {
  if (usage !== 'SIGN_VERIFY') return [];
  return spec === 'ECC_NIST_P256' ? p256Signing : rsaSigning;
}

export function encryptionAlgorithms(spec: KeySpec, usage: KeyUsage): readonly EncryptionAlgorithm[] {
  if (usage !== 'ENCRYPT_DECRYPT') return [];
  return spec === 'SYMMETRIC_DEFAULT' ? ['SYMMETRIC_DEFAULT'] : ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'];
}

/** Bits of an RSA modulus. */
export function rsaBits(spec: KeySpec): number {
  return Number(spec.slice('RSA_'.length));
}

/** @throws AwsError `ValidationException` for pairs that KMS does not make */
export function checkSpec(spec: string | undefined, usage: string | undefined): { spec: KeySpec; usage: KeyUsage } {
  const known = keySpecs.find((candidate) => candidate === (spec ?? 'SYMMETRIC_DEFAULT'));
  if (known === undefined) throw validation(`KeySpec ${spec ?? ''} is not supported by localcloud`);
  const wanted = usage ?? (known === 'SYMMETRIC_DEFAULT' ? 'ENCRYPT_DECRYPT' : undefined);
  if (wanted !== 'ENCRYPT_DECRYPT' && wanted !== 'SIGN_VERIFY') {
    throw validation('You must specify a KeyUsage value for an asymmetric CMK.');
  }
  const isPossible =
    known === 'SYMMETRIC_DEFAULT'
      ? wanted === 'ENCRYPT_DECRYPT'
      : known !== 'ECC_NIST_P256' || wanted === 'SIGN_VERIFY';
  if (!isPossible) throw validation(`KeyUsage ${wanted} is not compatible with KeySpec ${known}`);
  return { spec: known, usage: wanted };
}
