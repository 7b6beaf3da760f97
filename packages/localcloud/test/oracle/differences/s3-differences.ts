import type { KnownDifference } from '../known-differences.ts';

const service = 's3';

export const s3Differences: readonly KnownDifference[] = [
  {
    oracle: 'MinIO',
    service,
    reason:
      'Refused as well; AWS documents AccessDenied for what a lock keeps and BadDigest for other bytes than announced.',
    tests: [
      'versions go one by one in a batch of deletes',
      'object lock under COMPLIANCE',
      'object lock under GOVERNANCE',
      'object lock a legal hold keeps a version',
      'object lock is set by a write’s own headers',
      'checksums refuses other bytes than announced',
      'checksums of parts make a composite checksum',
      'checksums of parts a whole-object CRC',
      'presigned uploads refuse other bytes under the granted checksum by digest',
    ],
  },
  {
    oracle: 'MinIO',
    service,
    reason:
      'It does not read a checksum that was moved into the query, and takes any bytes; S3 reads it as the header.',
    tests: ['presigned uploads hold to a checksum that was moved into the query'],
  },
  {
    oracle: 'MinIO',
    service,
    reason: 'It has no CORS rules of a bucket.',
    tests: ['cross-origin requests'],
  },
  {
    oracle: 'MinIO',
    service,
    reason: 'It has no conditional deletes, and neither default encryption nor a bucket’s region by name.',
    tests: [
      'conditions deletes only the object that was read',
      'putting and getting gives back content headers and user metadata',
      'tags and buckets answers where a bucket is',
    ],
  },
  {
    oracle: 'MinIO',
    service,
    reason: 'A range that ends before it begins is an error there; RFC 9110 and AWS pass over it.',
    tests: ['ranges passes over bytes=5-2'],
  },
  {
    oracle: 'MinIO',
    service,
    reason: 'It lets If-Modified-Since count beside an If-None-Match that holds; AWS documents that it does not.',
    tests: ['conditions reads only what has changed'],
  },
  {
    oracle: 'MinIO',
    service,
    reason: 'It lists the uploads of one whole key only, and puts marks of its cache into the next key’s marker.',
    tests: ['a multipart upload lists what was uploaded', 'versions are listed newest first within a key'],
  },
  {
    oracle: 'moto',
    service,
    reason: 'It checks neither signatures nor rights; MinIO refuses as localcloud does.',
    tests: ['presigned uploads refuse another length', 'presigned uploads give ranges'],
  },
  {
    oracle: 'moto',
    service,
    reason: 'It does not verify bytes against the checksum that came with them; MinIO does.',
    tests: [
      'checksums refuses other bytes than announced',
      'checksums of parts make a composite checksum',
      'checksums of parts a whole-object CRC',
      'checksums known answers',
      'presigned uploads refuse other bytes under the granted checksum by digest',
      'presigned uploads hold to a checksum that was moved into the query',
    ],
  },
  {
    oracle: 'moto',
    service,
    reason: 'It takes almost any list of parts and any upload id; MinIO refuses as localcloud does.',
    tests: [
      'a multipart upload joins its parts',
      'a multipart upload refuses small parts',
      'a multipart upload can be aborted',
      'a multipart upload takes parts out of other objects',
    ],
  },
  {
    oracle: 'moto',
    service,
    reason: 'Object Lock is only partly played: no retention by header or default, no refusal of a shorter one.',
    tests: [
      'object lock under',
      'object lock a bucket’s default retention',
      'object lock is set by',
      'versions go one by one',
    ],
  },
  {
    oracle: 'moto',
    service,
    reason: 'It answers 404 for a delete marker asked for by its version; AWS documents 405, as MinIO answers.',
    tests: ['versions stay readable under newer ones and under a delete marker'],
  },
  {
    oracle: 'moto',
    service,
    reason: 'Limits, preconditions and tokens that it does not look at; MinIO does.',
    tests: [
      'putting and getting refuses too much metadata',
      'copies are refused onto themselves',
      'listing refuses a token',
      'ranges passes over lines=1-2',
    ],
  },
  {
    oracle: 'moto',
    service,
    reason: 'It lets If-Unmodified-Since count beside an If-Match that holds; AWS documents that it does not.',
    tests: ['conditions reads only what has changed'],
  },
  {
    oracle: 'moto',
    service,
    reason: 'It writes a blank in a key as `%20`; AWS and MinIO write `+`.',
    tests: ['listing encodes keys when asked to'],
  },
  {
    oracle: 'moto',
    service,
    reason: 'It names no default encryption.',
    tests: ['putting and getting gives back content headers and user metadata'],
  },
  {
    oracle: 'moto',
    service,
    reason: 'Its server answers preflights by itself and not by the rules of the bucket.',
    tests: ['cross-origin requests'],
  },
];
