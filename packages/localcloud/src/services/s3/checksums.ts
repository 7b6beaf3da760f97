import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError, notImplemented } from '../../kernel/types.ts';
import { invalidRequest } from './errors.ts';

/** Checksums that S3 takes and that this service computes. The others (CRC64NVME, SHA512, XXHASH …) are refused. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'SHA1' | 'SHA256';
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A checksum as S3 shows it: base64, with `-N` behind the value of a composite of N parts. */
export interface Checksum {
  algorithm: ChecksumAlgorithm;
  value: string;
  type: ChecksumType;
}

export interface ByteHasher {
  update(chunk: Uint8Array): void;
  /** Raw digest; call once. */
  digest(): Buffer;
}

const algorithms: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'SHA1', 'SHA256'];
const checksumPrefix = 'x-amz-checksum-';
const controlHeaders = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type']);

/** Castagnoli polynomial, reflected. */
const crc32cTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

function bigEndian32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

class Crc32Hasher implements ByteHasher {
  #value = 0;
  update(chunk: Uint8Array): void {
    this.#value = crc32(chunk, this.#value);
  }
  digest(): Buffer {
    return bigEndian32(this.#value);
  }
}

class Crc32cHasher implements ByteHasher {
  #value = 0xffffffff;
  update(chunk: Uint8Array): void {
    let value = this.#value;
    for (const byte of chunk) value = (crc32cTable[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
    this.#value = value;
  }
  digest(): Buffer {
    return bigEndian32(~this.#value);
  }
}

class CryptoHasher implements ByteHasher {
  readonly #hash: Hash;
  constructor(name: 'sha1' | 'sha256' | 'md5') {
    this.#hash = createHash(name);
  }
  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }
  digest(): Buffer {
    return this.#hash.digest();
  }
}

export function createHasher(algorithm: ChecksumAlgorithm | 'MD5'): ByteHasher {
  switch (algorithm) {
    case 'CRC32':
      return new Crc32Hasher();
    case 'CRC32C':
      return new Crc32cHasher();
    case 'SHA1':
      return new CryptoHasher('sha1');
    case 'SHA256':
      return new CryptoHasher('sha256');
    case 'MD5':
      return new CryptoHasher('md5');
  }
}

export function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): string {
  const hasher = createHasher(algorithm);
  hasher.update(bytes);
  return hasher.digest().toString('base64');
}

export function parseAlgorithm(name: string): ChecksumAlgorithm {
  const known = algorithms.find((algorithm) => algorithm === name.toUpperCase());
  if (known === undefined) throw notImplemented(`the checksum algorithm ${name}`);
  return known;
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `${checksumPrefix}${algorithm.toLowerCase()}`;
}

/** `ChecksumCRC32`, `ChecksumSHA256` …: the element that carries a checksum in XML bodies. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/** What a request says about the checksum of its body: at most one, in a header now or in a trailer later. */
export interface DeclaredChecksum {
  algorithm: ChecksumAlgorithm;
  /** Absent when the value comes in the trailer. */
  value?: string;
}

export function declaredChecksum(headers: Readonly<Record<string, string>>): DeclaredChecksum | undefined {
  const names = Object.keys(headers).filter((name) => name.startsWith(checksumPrefix) && !controlHeaders.has(name));
  if (names.length > 1) {
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  const name = names[0];
  const trailer = (headers['x-amz-trailer'] ?? '').trim().toLowerCase();
  if (name !== undefined) {
    const algorithm = parseAlgorithm(name.slice(checksumPrefix.length));
    return { algorithm, value: checkedValue(algorithm, name, headers[name] ?? '') };
  }
  if (trailer.startsWith(checksumPrefix)) return { algorithm: parseAlgorithm(trailer.slice(checksumPrefix.length)) };
  if (headers['x-amz-sdk-checksum-algorithm'] !== undefined) {
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  return undefined;
}

/** @throws AwsError `InvalidRequest` when the value cannot be a digest of the algorithm at all. */
function checkedValue(algorithm: ChecksumAlgorithm, header: string, value: string): string {
  const lengthBytes = { CRC32: 4, CRC32C: 4, SHA1: 20, SHA256: 32 }[algorithm];
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== lengthBytes || bytes.toString('base64') !== value) {
    throw invalidRequest(`Value for ${header} header is invalid.`);
  }
  return value;
}

/** @throws AwsError `BadDigest` when the body is not what the client said it is sending. */
export function verifyChecksum(
  declared: DeclaredChecksum,
  computed: string,
  trailers: Readonly<Record<string, string>>,
): Checksum {
  const header = checksumHeader(declared.algorithm);
  const expected = declared.value ?? trailers[header];
  if (expected === undefined) {
    throw new AwsError('MalformedTrailerError', 400, 'The request contained trailing data that was not well-formed.');
  }
  checkedValue(declared.algorithm, header, expected);
  if (expected !== computed) {
    throw new AwsError(
      'BadDigest',
      400,
      `The ${declared.algorithm} you specified did not match the calculated checksum.`,
    );
  }
  return { algorithm: declared.algorithm, value: computed, type: 'FULL_OBJECT' };
}

/** @throws AwsError `InvalidDigest` or `BadDigest` for a `Content-MD5` that is malformed or not the body's. */
export function verifyContentMd5(header: string | undefined, md5: Buffer): void {
  if (header === undefined) return;
  if (Buffer.from(header, 'base64').length !== 16) {
    throw new AwsError('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.');
  }
  if (header !== md5.toString('base64')) {
    throw new AwsError('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.', {
      ExpectedDigest: header,
      CalculatedDigest: md5.toString('base64'),
    });
  }
}
