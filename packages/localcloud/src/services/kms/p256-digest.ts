import { randomBytes } from 'node:crypto';

/**
 * ECDSA over a digest that the caller has already made, on P-256, because node:crypto only signs messages. Plain
 * arithmetic in variable time: good for a machine of one's own, never for a service that others can time.
 */
const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const generator: Point = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};

export interface Point {
  x: bigint;
  y: bigint;
}

export interface Signature {
  r: bigint;
  s: bigint;
}

function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [modulo(value, modulus), modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return modulo(x, modulus);
}

/** `undefined` is the point at infinity. */
function add(left: Point | undefined, right: Point | undefined): Point | undefined {
  if (left === undefined) return right;
  if (right === undefined) return left;
  if (left.x === right.x && modulo(left.y + right.y, p) === 0n) return undefined;
  const slope =
    left.x === right.x
      ? (3n * left.x * left.x - 3n) * inverse(2n * left.y, p)
      : (right.y - left.y) * inverse(right.x - left.x, p);
  const x = modulo(slope * slope - left.x - right.x, p);
  return { x, y: modulo(slope * (left.x - x) - left.y, p) };
}

function multiply(factor: bigint, point: Point): Point | undefined {
  let result: Point | undefined;
  let doubled: Point | undefined = point;
  for (let rest = factor; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = add(result, doubled);
    doubled = add(doubled, doubled);
  }
  return result;
}

function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** @param digest SHA-256, 32 bytes */
export function signDigest(privateScalar: Uint8Array, digest: Uint8Array): Signature {
  const d = toInteger(privateScalar);
  for (;;) {
    const k = toInteger(randomBytes(32));
    if (k === 0n || k >= n) continue;
    const r = modulo(multiply(k, generator)?.x ?? 0n, n);
    const s = modulo(inverse(k, n) * (toInteger(digest) + r * d), n);
    if (r !== 0n && s !== 0n) return { r, s };
  }
}

export function verifyDigest(publicPoint: Point, digest: Uint8Array, { r, s }: Signature): boolean {
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false;
  const w = inverse(s, n);
  const sum = add(multiply(modulo(toInteger(digest) * w, n), generator), multiply(modulo(r * w, n), publicPoint));
  return sum !== undefined && modulo(sum.x, n) === r;
}

/** DER: SEQUENCE of two INTEGERs. */
export function encodeSignature({ r, s }: Signature): Buffer {
  const body = Buffer.concat([encodeInteger(r), encodeInteger(s)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

function encodeInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const signed = (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(0x02, signed.length), signed]);
}

/** Answers nothing for bytes that are no P-256 signature in DER. */
export function decodeSignature(der: Uint8Array): Signature | undefined {
  const bytes = Buffer.from(der);
  const rBytes = bytes[3] ?? 0;
  const sBytes = bytes[5 + rBytes] ?? 0;
  const isShaped =
    bytes[0] === 0x30 &&
    bytes[1] === bytes.length - 2 &&
    bytes[2] === 0x02 &&
    rBytes > 0 &&
    bytes[4 + rBytes] === 0x02 &&
    sBytes > 0 &&
    bytes.length === 6 + rBytes + sBytes;
  if (!isShaped) return undefined;
  return { r: toInteger(bytes.subarray(4, 4 + rBytes)), s: toInteger(bytes.subarray(6 + rBytes)) };
}
