/** Addresses from the first to the last, both included, of one family. */
export interface AddressRange {
  family: 4 | 6;
  /** Of 128 bits in both families: an IPv4 address counts as ::ffff:0:0/96 has it. */
  first: bigint;
  last: bigint;
}

export interface Address {
  family: 4 | 6;
  value: bigint;
}

/** The longest address: ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255 */
const maxAddressCharacters = 45;
const mappedFirst = 0xffff_0000_0000n;
const mappedLast = 0xffff_ffff_ffffn;

/**
 * One address, of IPv4 in four decimal parts without leading zeros or of IPv6 as in RFC 4291. `::ffff:10.0.0.1` is
 * 10.0.0.1. Undefined for anything else, zones (`fe80::1%eth0`) included: they mean something on one host only.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > maxAddressCharacters) return undefined;
  if (!text.includes(':')) {
    const value = parseIpv4(text);
    return value === undefined ? undefined : { family: 4, value: mappedFirst + value };
  }
  const value = parseIpv6(text);
  return value === undefined ? undefined : { family: isMapped(value) ? 4 : 6, value };
}

/**
 * `10.0.0.7`, `10.0.0.0/8`, `10.0.0.1-10.0.0.9`, and the same in IPv6. A network may be named by any of its addresses.
 * Undefined when it is none of these, when it ends before it begins, or when its ends are of two families.
 */
export function parseAddressRange(text: string): AddressRange | undefined {
  if (text.length > 2 * maxAddressCharacters + 3) return undefined;
  const dash = text.indexOf('-');
  if (dash >= 0) return parseSpan(text.slice(0, dash).trim(), text.slice(dash + 1).trim());
  const slash = text.indexOf('/');
  if (slash >= 0) return parseNetwork(text.slice(0, slash), text.slice(slash + 1));
  return parseSpan(text, text);
}

export function isInRange({ family, first, last }: AddressRange, address: Address): boolean {
  return family === address.family && first <= address.value && address.value <= last;
}

function parseSpan(from: string, to: string): AddressRange | undefined {
  const first = parseAddress(from);
  const last = parseAddress(to);
  if (first === undefined || last === undefined) return undefined;
  if (first.family !== last.family || first.value > last.value) return undefined;
  return { family: first.family, first: first.value, last: last.value };
}

function parseNetwork(base: string, prefix: string): AddressRange | undefined {
  const address = parseAddress(base);
  const bits = parseDecimal(prefix, base.includes(':') ? 128 : 32);
  if (address === undefined || bits === undefined) return undefined;
  const hostBits = BigInt((base.includes(':') ? 128 : 32) - bits);
  const first = (address.value >> hostBits) << hostBits;
  const last = first + (1n << hostBits) - 1n;
  return { family: isMapped(first) && isMapped(last) ? 4 : 6, first, last };
}

const isMapped = (value: bigint) => value >= mappedFirst && value <= mappedLast;

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    const number = parseDecimal(part, 255);
    if (number === undefined) return undefined;
    value = (value << 8n) | BigInt(number);
  }
  return value;
}

function parseDecimal(text: string, max: number): number | undefined {
  if (!/^(0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const number = Number(text);
  return number <= max ? number : undefined;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = '', tail] = halves;
  const before = parseGroups(head, tail === undefined);
  const after = parseGroups(tail ?? '', true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array<bigint>(missing).fill(0n), ...after];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

/** Groups of 16 bits; at the very end an IPv4 address may stand for two of them. */
function parseGroups(text: string, isEnd: boolean): bigint[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(BigInt(`0x${part}`));
      continue;
    }
    const ipv4 = isEnd && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (ipv4 === undefined) return undefined;
    groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
  }
  return groups;
}
