import { BlockList, SocketAddress } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isInRange, parseAddress, parseAddressRange } from './address-range.ts';

const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6();
/** Addresses that differ in their last bits only, so that they lie near the borders of ranges. */
const nearIpv4 = fc.nat(40).map((last) => `10.0.0.${last}`);
const nearIpv6 = fc.nat(40).map((last) => `2001:db8::${last.toString(16)}`);
const anyAddress = fc.oneof(
  ipv4,
  ipv6,
  nearIpv4,
  nearIpv6,
  nearIpv4.map((text) => `::ffff:${text}`),
);

const familyOf = (text: string) => (text.includes(':') ? 'ipv6' : 'ipv4');

function contains(range: string, text: string): boolean {
  const parsed = parseAddressRange(range);
  const address = parseAddress(text);
  if (parsed === undefined || address === undefined) throw new Error(`cannot read ${range} or ${text}`);
  return isInRange(parsed, address);
}

function nodeContains(add: (list: BlockList) => void, text: string): boolean {
  const list = new BlockList();
  add(list);
  return list.check(text, familyOf(text));
}

describe('parseAddressRange', () => {
  test('POL-043: finds in networks what Node finds in them', () => {
    const network = fc.oneof(
      fc.tuple(fc.oneof(ipv4, nearIpv4), fc.nat(32)),
      fc.tuple(fc.oneof(ipv6, nearIpv6), fc.nat(128)),
    );
    fc.assert(
      fc.property(network, anyAddress, ([base, prefix], text) => {
        fc.pre(!isAcrossFamilies(base, text));
        const expected = nodeContains((list) => list.addSubnet(base, prefix, familyOf(base)), text);
        expect(contains(`${base}/${prefix}`, text)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test('POL-043: finds in ranges what Node finds in them, and takes none that ends before it begins', () => {
    const ends = fc.oneof(fc.tuple(nearIpv4, nearIpv4), fc.tuple(nearIpv6, nearIpv6), fc.tuple(ipv6, ipv6));
    fc.assert(
      fc.property(ends, anyAddress, ([first, last], text) => {
        fc.pre(!isAcrossFamilies(first, text));
        let expected: boolean | undefined;
        try {
          expected = nodeContains((list) => list.addRange(first, last, familyOf(first)), text);
        } catch {
          expected = undefined;
        }
        expect(parseAddressRange(`${first} - ${last}`) && contains(`${first}-${last}`, text)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test('reads every spelling of an address that Node reads', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (text) => {
        const canonical = new SocketAddress({ address: text, family: familyOf(text) }).address;
        expect(parseAddress(text)).toEqual(parseAddress(canonical));
      }),
      { numRuns: 2_000 },
    );
  });

  test('takes an IPv4 address in IPv6 for the IPv4 address that it is', () => {
    expect(contains('10.0.0.0/8', '::ffff:10.1.2.3')).toBe(true);
    expect(contains('10.0.0.0/8', '::FFFF:0a01:203')).toBe(true);
    expect(contains('::ffff:10.0.0.0/104', '10.1.2.3')).toBe(true);
    expect(contains('::ffff:10.0.0.1-10.0.0.9', '10.0.0.5')).toBe(true);
  });

  test('keeps the families apart otherwise: all of IPv6 holds no address of IPv4', () => {
    expect(contains('::/0', '10.0.0.1')).toBe(false);
    expect(contains('::/0', '2001:db8::1')).toBe(true);
    expect(contains('0.0.0.0/0', '::a00:1')).toBe(false);
  });

  test('names a network by any address in it', () => {
    expect(parseAddressRange('10.1.2.3/8')).toEqual(parseAddressRange('10.0.0.0/8'));
  });

  test.each([
    '',
    'all',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.01',
    '0x0a.0.0.1',
    '10.0.0.1/33',
    '10.0.0.1/08',
    '10.0.0.1/',
    '10.0.0.0/8/8',
    '10.0.0.9-10.0.0.1',
    '10.0.0.1-',
    '10.0.0.1-10.0.0.2-10.0.0.3',
    '10.0.0.1-2001:db8::1',
    'fe80::1%eth0',
    'fe80::1%eth0/64',
    '2001:db8::/129',
    '2001:db8:::1',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    ':1::',
    '10.0.0.1::',
    '::10.0.0.1:1',
    '[::1]',
    '10.0.0.*',
    '１０.0.0.1',
  ])('refuses %j', (text) => {
    expect(parseAddressRange(text)).toBeUndefined();
  });

  test('refuses what is long before it reads it', () => {
    const million = 1_000_000;
    const bombs = [
      ':'.repeat(million),
      '1:'.repeat(million),
      '1.'.repeat(million),
      '-'.repeat(million),
      '9'.repeat(million),
    ];
    for (const bomb of [...bombs, `10.0.0.1/${'9'.repeat(million)}`, `::${'-'.repeat(million)}`]) {
      expect(parseAddressRange(bomb)).toBeUndefined();
      expect(parseAddress(bomb)).toBeUndefined();
    }
  });

  test('takes any text at all without failing', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'0123456789abcdf:./-% ') }),
    );
    fc.assert(
      fc.property(text, (anything) => {
        const range = parseAddressRange(anything);
        if (range !== undefined) expect(range.first <= range.last).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});

/** Node says nothing definite of IPv4 in an IPv6 range; the tests above name what we decided. */
function isAcrossFamilies(range: string, text: string): boolean {
  return parseAddress(range)?.family !== parseAddress(text)?.family;
}
