import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { type BusEventType, busEvents } from './bus-events.ts';

/** SHA-256 of each event's JSON Schema: a change that a consumer could notice needs a new `version` and a new hash, once a first release has consumers. */
const pinnedHashes: Record<BusEventType, string> = {
  RecordingStarted: 'ef8264f479a762748b85509331b9c43b716f6c0d2a6e4b21a07e5b2008fac065',
  RecordingInterrupted: 'b074b18c889b5640fa9b2fd81b2a39d9498193b52774f25ac2c81726172a9e07',
  RecordingResumed: '23636517c4c064ae5cd3987cca9c08d4beeca7586f20f3bd67f3243e15e27edf',
  RecordingFinished: '50860d4a63f4b018edca49984f0baa95bd9e7c263f681253e467d625e1f9649f',
  RecordingFailed: '73cb00cb3ba97e1ba3332302269f17b4f45e4f2f7c718bb51b7d3c86d0521194',
  RecordingErased: '352035b71511ea2c4ec7f55bacbddb9b9870f2fcca70ddd57180c88b973beff7',
  SegmentRejected: '07da829dc2a74f67ff80199c4da23baba04f2e239abf542f65bc935141894cad',
};

const hashOf = (type: BusEventType) =>
  createHash('sha256')
    .update(JSON.stringify(z.toJSONSchema(busEvents[type])))
    .digest('hex');

describe('bus events', () => {
  test('no event is without a pin', () => {
    expect(Object.keys(pinnedHashes)).toEqual(Object.keys(busEvents));
  });

  test.each(Object.keys(pinnedHashes) as BusEventType[])('%s has the schema that its version had', (type) => {
    expect(hashOf(type)).toBe(pinnedHashes[type]);
  });
});
