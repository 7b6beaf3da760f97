import type { KnownDifference } from '../known-differences.ts';

const service = 'kms';

export const kmsDifferences: readonly KnownDifference[] = [
  {
    oracle: 'moto',
    service,
    reason:
      'It encrypts under RSA keys symmetrically, so that what was sealed outside with the public key does not open.',
    tests: ['RSA keys that encrypt open under', 'RSA keys that encrypt refuse another algorithm'],
  },
  {
    oracle: 'moto',
    service,
    reason:
      'It takes a digest for a message and hashes it again; the signatures that localcloud makes verify in Node’s own crypto over message and digest alike.',
    tests: ['signatures by', 'signatures over many digests'],
  },
  {
    oracle: 'moto',
    service,
    reason:
      'Not checked by it: key policies and disabled keys, lengths, the algorithms of a key, whether it has a public half.',
    tests: [
      'symmetric keys are refused when disabled, missing or closed by their policy',
      'signatures refuse a digest of another length',
      'descriptions a symmetric key has no public half',
    ],
  },
  {
    oracle: 'moto',
    service,
    reason: 'Refused as well; the names are those of AWS’s documents.',
    tests: ['symmetric keys refuse another context, changed bytes and another key'],
  },
];
