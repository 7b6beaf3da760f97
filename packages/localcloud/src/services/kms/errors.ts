import { AwsError } from '../../kernel/types.ts';

export function notFound(what: string): AwsError {
  return new AwsError('NotFoundException', 400, what);
}

export function disabled(keyArn: string): AwsError {
  return new AwsError('DisabledException', 400, `${keyArn} is disabled.`);
}

export function invalidKeyUsage(message: string): AwsError {
  return new AwsError('InvalidKeyUsageException', 400, message);
}

export function incorrectKey(): AwsError {
  return new AwsError(
    'IncorrectKeyException',
    400,
    'The key ID in the request does not identify a CMK that can perform this operation.',
  );
}

/** KMS says nothing about why: a wrong context, a damaged text and a foreign text look alike. */
export function invalidCiphertext(): AwsError {
  return new AwsError('InvalidCiphertextException', 400, '');
}

export function invalidSignature(): AwsError {
  return new AwsError('KMSInvalidSignatureException', 400, '');
}

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', 400, message);
}
