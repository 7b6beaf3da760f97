import { describe, expect, test } from '@jest/globals';
import { compilePattern } from './event-pattern.ts';

const event = {
  source: 'afterimage',
  'detail-type': 'RecordingSealed',
  resources: ['arn:a', 'arn:b'],
  detail: {
    state: 'sealed',
    path: 'dir/sub/file.png',
    sizeBytes: 42,
    gone: null,
    empty: '',
    host: { address: '10.0.3.7', six: '2001:db8::1' },
    tags: [{ name: 'x' }, { name: 'y' }],
    none: [],
    starred: 'a*b',
  },
};

describe('an event pattern', () => {
  test.each([
    [{ source: ['afterimage'] }, true],
    [{ source: ['other', 'afterimage'] }, true],
    [{ source: ['After'] }, false],
    [{ source: ['afterimage'], detail: { state: ['live'] } }, false],
    [{ resources: ['arn:b'] }, true],
    [{ detail: { sizeBytes: [42] } }, true],
    [{ detail: { sizeBytes: ['42'] } }, false],
    [{ detail: { gone: [null] } }, true],
    [{ detail: { absent: [null] } }, false],
    [{ detail: { empty: [''] } }, true],
    [{ detail: { tags: { name: ['y'] } } }, true],
    [{ detail: { tags: { name: ['z'] } } }, false],
    [{ detail: { path: [{ prefix: 'dir/' }] } }, true],
    [{ detail: { path: [{ prefix: { 'equals-ignore-case': 'DIR/' } }] } }, true],
    [{ detail: { path: [{ suffix: '.png' }] } }, true],
    [{ detail: { path: [{ suffix: { 'equals-ignore-case': '.PNG' } }] } }, true],
    [{ detail: { path: [{ suffix: '.PNG' }] } }, false],
    [{ detail: { state: [{ 'equals-ignore-case': 'SEALED' }] } }, true],
    [{ detail: { path: [{ wildcard: 'dir/*.png' }] } }, true],
    [{ detail: { path: [{ wildcard: 'dir/*.jpg' }] } }, false],
    [{ detail: { path: [{ wildcard: 'dir/sub/file?png' }] } }, false],
    [{ detail: { path: [{ wildcard: 'dir/sub/fil' }] } }, false],
    [{ detail: { starred: [{ wildcard: 'a\\*b' }] } }, true],
    [{ detail: { state: [{ wildcard: 's\\*d' }] } }, false],
    [{ detail: { state: [{ 'anything-but': 'live' }] } }, true],
    [{ detail: { state: [{ 'anything-but': ['live', 'sealed'] }] } }, false],
    [{ detail: { sizeBytes: [{ 'anything-but': [1, 42] }] } }, false],
    [{ detail: { absent: [{ 'anything-but': 'live' }] } }, false],
    [{ detail: { path: [{ 'anything-but': { prefix: 'dir' } }] } }, false],
    [{ detail: { path: [{ 'anything-but': { suffix: '.jpg' } }] } }, true],
    [{ detail: { path: [{ 'anything-but': { wildcard: '*/sub/*' } }] } }, false],
    [{ detail: { state: [{ 'anything-but': { 'equals-ignore-case': ['SEALED', 'live'] } }] } }, false],
    [{ detail: { sizeBytes: [{ numeric: ['>', 10, '<=', 42] }] } }, true],
    [{ detail: { sizeBytes: [{ numeric: ['<', 42] }] } }, false],
    [{ detail: { sizeBytes: [{ numeric: ['=', 42] }] } }, true],
    [{ detail: { state: [{ numeric: ['>', 0] }] } }, false],
    [{ detail: { state: [{ exists: true }] } }, true],
    [{ detail: { absent: [{ exists: false }] } }, true],
    [{ detail: { state: [{ exists: false }] } }, false],
    [{ detail: { none: [{ exists: true }] } }, false],
    [{ detail: { host: { address: [{ cidr: '10.0.0.0/16' }] } } }, true],
    [{ detail: { host: { address: [{ cidr: '10.1.0.0/16' }] } } }, false],
    [{ detail: { host: { six: [{ cidr: '2001:db8::/32' }] } } }, true],
    [{ detail: { $or: [{ state: ['live'] }, { sizeBytes: [{ numeric: ['>', 40] }] }] } }, true],
    [{ $or: [{ source: ['other'] }, { detail: { state: ['live'] } }] }, false],
  ])('%j answers %j', (pattern, matches) => {
    expect(compilePattern(pattern)(event)).toBe(matches);
  });

  test.each([
    [{}],
    ['text'],
    [{ source: 'afterimage' }],
    [{ source: [] }],
    [{ source: [{ contains: 'x' }] }],
    [{ source: [{ prefix: 1 }] }],
    [{ source: [{ prefix: 'a', suffix: 'b' }] }],
    [{ source: [{ exists: 'yes' }] }],
    [{ source: [{ numeric: ['~', 1] }] }],
    [{ source: [{ cidr: '10.0.0.0' }] }],
    [{ source: [{ wildcard: 'a**b' }] }],
    [{ $or: [{ source: ['a'] }] }],
  ])('%j is refused', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(/Event pattern is not valid/);
  });
});
