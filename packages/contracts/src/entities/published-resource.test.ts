import { describe, expect, test } from '@jest/globals';
import { siteAddressSchema } from './published-resource.ts';

describe('the address of a site', () => {
  test.each([
    '10.0.0.7',
    '2001:db8::7',
    'https://apps.example.com/Controller',
    'http://10.0.0.7:8080',
    'APPS-01',
    'apps-01.corp.example',
    'büro-1',
  ])('POL-041: may be an IP address, a URL or the name of a machine: %s', (address) => {
    expect(siteAddressSchema.parse(` ${address} `)).toBe(address);
  });

  test.each(['', '10.0.0', '10.0.0.256', '2001:db8:::7', 'ftp://apps', 'https://', 'two words', 'a..b', '-', 'a,b'])(
    'is not %j',
    (address) => {
      expect(siteAddressSchema.safeParse(address).success).toBe(false);
    },
  );
});
