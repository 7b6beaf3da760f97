import { BlockList, isIPv4, isIPv6 } from 'node:net';

export interface AddressBlock {
  address: string;
  prefixBits: number;
}

/** Whether the text is an address, of the block's own family, inside the block. */
export function cidrContains({ address, prefixBits }: AddressBlock, text: string): boolean {
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  if (!(family === 'ipv4' ? isIPv4(text) : isIPv6(text))) return false;
  const block = new BlockList();
  block.addSubnet(address, prefixBits, family);
  return block.check(text, family);
}
