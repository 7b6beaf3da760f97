import type { KnownDifference } from '../known-differences.ts';

const service = 'sqs';

export const sqsDifferences: readonly KnownDifference[] = [
  {
    oracle: 'ElasticMQ',
    service,
    reason:
      'A delete by an older receipt is an error there, and deletes in moto; AWS documents that of a standard queue it succeeds and may delete nothing.',
    tests: ['messages a received message is hidden until its visibility runs out, and its count grows'],
  },
  {
    oracle: 'ElasticMQ',
    service,
    reason:
      'Refused as well, under the code InvalidAttributeValue for everything; the names are those of AWS’s documents.',
    tests: [
      'messages a batch accepts the good and names the bad',
      'messages an empty body is refused',
      'messages a control character is refused',
      'messages a non-character is refused',
      'messages more than 1 MiB is refused',
    ],
  },
  {
    oracle: 'ElasticMQ',
    service,
    reason: 'Its limit is still the 256 KiB that AWS had until 2025.',
    tests: ['messages exactly 1 MiB is taken'],
  },
  {
    oracle: 'ElasticMQ',
    service,
    reason: 'It does not show MessageRetentionPeriod.',
    tests: ['queues attributes are as declared'],
  },
  {
    oracle: 'ElasticMQ',
    service,
    reason:
      'A move task takes messages that were sent to the dead-letter queue directly, or crashes where AWS refuses.',
    tests: [
      'dead letters a move task reaches dead letters behind messages that were sent to their queue directly',
      'dead letters a move task needs a queue that is a dead-letter queue',
    ],
  },
  {
    oracle: 'moto',
    service,
    reason:
      'A delete by an older receipt deletes there and is an error in ElasticMQ; AWS documents that it may delete nothing.',
    tests: ['messages a received message is hidden until its visibility runs out, and its count grows'],
  },
  {
    oracle: 'moto',
    service,
    reason: 'It does not look at the characters of a body, nor whether there is one.',
    tests: [
      'messages a batch accepts the good and names the bad',
      'messages an empty body is refused',
      'messages a control character is refused',
      'messages a non-character is refused',
    ],
  },
  {
    oracle: 'moto',
    service,
    reason: 'It has no move tasks and does not tell where a dead letter came from.',
    tests: ['dead letters a m'],
  },
];
