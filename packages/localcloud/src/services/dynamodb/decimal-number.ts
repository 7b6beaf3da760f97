import { validationError } from './errors.ts';

/**
 * A DynamoDB number, exactly: `0.DIGITS x 10^exponent`, at most 38 digits, without leading or trailing zeros.
 * Zero has no digits and exponent 0.
 */
export interface DecimalNumber {
  negative: boolean;
  digits: string;
  exponent: number;
}

const maximumDigits = 38;
/** Magnitudes reach from 1E-130 (`0.1E-129`) to 9.9…E+125 (`0.99…E126`). */
const smallestExponent = -129;
const largestExponent = 126;

/** Parses the wire form (`-12.50`, `1e3`). Throws the ValidationException that AWS gives for what is no number or is out of range. */
export function parseDecimal(text: string): DecimalNumber {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole + fraction === '') {
    throw validationError(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  return normalise(match[1] === '-', whole + fraction, whole.length + Number(match[4] ?? '0'));
}

function normalise(negative: boolean, allDigits: string, exponent: number): DecimalNumber {
  const significant = allDigits.replace(/^0+/, '');
  const digits = significant.replace(/0+$/, '');
  if (digits === '') return { negative: false, digits: '', exponent: 0 };
  const shifted = exponent - (allDigits.length - significant.length);
  if (digits.length > maximumDigits) {
    throw validationError('Attempting to store more than 38 significant digits in a Number');
  }
  if (shifted > largestExponent) {
    throw validationError('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (shifted < smallestExponent) {
    throw validationError('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  return { negative, digits, exponent: shifted };
}

/** The wire form: plain decimal notation, never an exponent. */
export function formatDecimal({ negative, digits, exponent }: DecimalNumber): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (exponent <= 0) return `${sign}0.${'0'.repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return sign + digits.padEnd(exponent, '0');
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

export function addDecimals(left: DecimalNumber, right: DecimalNumber): DecimalNumber {
  const scale = Math.min(left.exponent - left.digits.length, right.exponent - right.digits.length);
  const sum = scaled(left, scale) + scaled(right, scale);
  const digits = (sum < 0n ? -sum : sum).toString();
  return normalise(sum < 0n, digits, digits.length + scale);
}

export function negateDecimal(number: DecimalNumber): DecimalNumber {
  return number.digits === '' ? number : { ...number, negative: !number.negative };
}

function scaled({ negative, digits, exponent }: DecimalNumber, scale: number): bigint {
  if (digits === '') return 0n;
  const magnitude = BigInt(digits.padEnd(exponent - scale, '0'));
  return negative ? -magnitude : magnitude;
}

/**
 * Bytes whose unsigned order is the numeric order.
 *
 *     positive  02 | exponent + 129 | digits as ASCII
 *     zero      01
 *     negative  00 | 126 - exponent | digits as ASCII, each complemented to '9' | FF
 *
 * The closing FF makes -0.1 sort after -0.12, as a prefix would otherwise come first.
 */
export function orderedBytesOfDecimal({ negative, digits, exponent }: DecimalNumber): Uint8Array {
  if (digits === '') return Uint8Array.of(1);
  const bytes = new Uint8Array(digits.length + (negative ? 3 : 2));
  bytes[0] = negative ? 0 : 2;
  bytes[1] = negative ? largestExponent - exponent : exponent - smallestExponent;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(index);
    bytes[index + 2] = negative ? 0x30 + 0x39 - digit : digit;
  }
  if (negative) bytes[bytes.length - 1] = 0xff;
  return bytes;
}

export function compareDecimals(left: DecimalNumber, right: DecimalNumber): number {
  return Buffer.compare(orderedBytesOfDecimal(left), orderedBytesOfDecimal(right));
}
