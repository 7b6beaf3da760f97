import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addDecimals,
  compareDecimals,
  formatDecimal,
  negateDecimal,
  orderedBytesOfDecimal,
  parseDecimal,
} from './decimal-number.ts';

/** A number that DynamoDB takes, as digits and a power of ten, so that the expected results can be computed exactly. */
const decimals = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 38n - 1n }), fc.integer({ min: -90, max: 87 }))
  .map(([negative, digits, exponent]) => ({ value: negative ? -digits : digits, exponent }));

type Scaled = { value: bigint; exponent: number };

function text({ value, exponent }: Scaled): string {
  return `${value}e${exponent}`;
}

/** Exact order by bringing both to the smaller exponent. */
function exactOrder(left: Scaled, right: Scaled): number {
  const least = Math.min(left.exponent, right.exponent);
  const difference = scale(left, least) - scale(right, least);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function scale({ value, exponent }: Scaled, least: number): bigint {
  return value * 10n ** BigInt(exponent - least);
}

describe('decimal numbers', () => {
  test('the order of the encoded bytes is the numeric order', () => {
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        const order = compareDecimals(parseDecimal(text(left)), parseDecimal(text(right)));
        expect(Math.sign(order)).toBe(exactOrder(left, right));
      }),
    );
  });

  test('equal numbers have one text and one encoding, whatever they were written like', () => {
    fc.assert(
      fc.property(decimals, fc.integer({ min: 0, max: 5 }), (number, zeros) => {
        const padded = parseDecimal(`${number.value}${'0'.repeat(zeros)}e${number.exponent - zeros}`);
        const plain = parseDecimal(text(number));
        expect(formatDecimal(padded)).toBe(formatDecimal(plain));
        expect(orderedBytesOfDecimal(padded)).toEqual(orderedBytesOfDecimal(plain));
        expect(parseDecimal(formatDecimal(plain))).toEqual(plain);
      }),
    );
  });

  test('sums are exact', () => {
    const integers = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n });
    fc.assert(
      fc.property(integers, integers, fc.integer({ min: -20, max: 20 }), (left, right, exponent) => {
        const sum = addDecimals(parseDecimal(`${left}e${exponent}`), parseDecimal(`${right}e${exponent}`));
        expect(sum).toEqual(parseDecimal(`${left + right}e${exponent}`));
      }),
    );
  });

  test('a number and its negative cancel out', () => {
    fc.assert(
      fc.property(decimals, (number) => {
        const parsed = parseDecimal(text(number));
        expect(formatDecimal(addDecimals(parsed, negateDecimal(parsed)))).toBe('0');
      }),
    );
  });

  test.each([
    ['1e126', 'Number overflow'],
    ['-1e126', 'Number overflow'],
    ['1e-131', 'Number underflow'],
    ['123456789012345678901234567890123456789', 'more than 38 significant digits'],
    ['', 'cannot be converted to a numeric value'],
    ['.', 'cannot be converted to a numeric value'],
    ['1e', 'cannot be converted to a numeric value'],
    ['NaN', 'cannot be converted to a numeric value'],
  ])('%s is refused', (wrong, message) => {
    expect(() => parseDecimal(wrong)).toThrow(message);
  });

  test('a sum of more than 38 digits is refused, not rounded', () => {
    expect(() => addDecimals(parseDecimal('1e40'), parseDecimal('1'))).toThrow('more than 38 significant digits');
  });
});
