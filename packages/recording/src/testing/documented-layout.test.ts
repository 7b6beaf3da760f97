import { createDecipheriv, createHash, createPublicKey, hkdfSync, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { dataKey, deviceOfSeed } from './sealing-kit.ts';

/**
 * Reads the committed recording by the offsets of docs/features/recording-format.md and by nothing of this package, so
 * that page and code cannot part.
 */
const file = readFileSync(new URL('recording-v1.bin', import.meta.url));
const zeros = Buffer.alloc(12);

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

function documentedSegment(offset: number) {
  const at = (from: number, length: number) => file.subarray(offset + from, offset + from + length);
  const headerBytes = file.readUInt16LE(offset + 10);
  const bodyBytes = file.readUInt32LE(offset + 12);
  return {
    magic: at(0, 4).toString('latin1'),
    versions: [...at(4, 6)],
    headerBytes,
    bodyBytes,
    header: at(0, headerBytes),
    recordingId: at(16, 16),
    agentId: at(32, 16),
    fileNumber: file.readUInt32LE(offset + 48),
    sequence: file.readUInt32LE(offset + 52),
    epoch: file.readUInt32LE(offset + 56),
    flags: file.readUInt16LE(offset + 60),
    reserved: file.readUInt16LE(offset + 62),
    t0: Number(file.readBigUInt64LE(offset + 64)),
    t1: Number(file.readBigUInt64LE(offset + 72)),
    salt: at(80, 16),
    previousHash: at(96, 32),
    counter: headerBytes === 168 ? Number(file.readBigUInt64LE(offset + 128)) : undefined,
    previousHead: headerBytes === 168 ? at(136, 32) : undefined,
    ciphertext: at(headerBytes, bodyBytes),
    tag: at(headerBytes + bodyBytes, 16),
    signature: at(headerBytes + bodyBytes + 16, 64),
    lengthBytes: headerBytes + bodyBytes + 16 + 64,
  };
}

type DocumentedSegment = ReturnType<typeof documentedSegment>;

/** The trailer and the footer's entries. */
function documentedFooter() {
  const trailer = file.subarray(file.length - 56);
  const offset = Number(trailer.readBigUInt64LE(0));
  const footer = file.subarray(offset, offset + trailer.readUInt32LE(8));
  const count = trailer.readUInt32LE(12);
  const entries = Array.from({ length: count }, (_, index) => footer.subarray(16 + 72 * index, 16 + 72 * (index + 1)));
  return { trailer, footer, count, entries };
}

function documentedSegments(): DocumentedSegment[] {
  return documentedFooter().entries.map((entry) => documentedSegment(Number(entry.readBigUInt64LE(0))));
}

function chainHashes(segments: readonly DocumentedSegment[]): Buffer[] {
  const hashes = [sha256(Buffer.from('afterimage chain v1\0'), Buffer.alloc(16, 0x11), Buffer.alloc(16, 0x22))];
  for (const { header, ciphertext, tag } of segments) {
    hashes.push(sha256(hashes.at(-1) ?? zeros, sha256(header), sha256(ciphertext, tag)));
  }
  return hashes;
}

function decrypted({ epoch, recordingId, salt, header, ciphertext, tag }: DocumentedSegment): Buffer {
  const epochBytes = Buffer.alloc(4);
  epochBytes.writeUInt32LE(epoch);
  const epochInfo = Buffer.concat([Buffer.from('afterimage epoch key v1'), epochBytes]);
  const epochKey = Buffer.from(hkdfSync('sha256', dataKey, recordingId, epochInfo, 32));
  const key = Buffer.from(hkdfSync('sha256', epochKey, salt, 'afterimage segment key v1', 32));
  const opening = createDecipheriv('aes-256-gcm', key, zeros).setAAD(header).setAuthTag(tag);
  return Buffer.concat([opening.update(ciphertext), opening.final()]);
}

/** `type u8 | ms since the record before (varint) | payload length (varint) | payload` */
function documentedRecords(body: Buffer, t0: number): { type: number; timeMs: number; payload: Buffer }[] {
  const records = [];
  let at = 0;
  let timeMs = t0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = body.readUInt8(at++);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < body.length) {
    const type = body.readUInt8(at++);
    timeMs += varint();
    const length = varint();
    records.push({ type, timeMs, payload: body.subarray(at, at + length) });
    at += length;
  }
  return records;
}

test('the header of a file lies as the page says', () => {
  expect(file.subarray(0, 8)).toEqual(Buffer.from([...Buffer.from('AIRF'), 1, 0, 80, 0]));
  expect(file.subarray(8, 24)).toEqual(Buffer.alloc(16, 0x11));
  expect(file.subarray(24, 40)).toEqual(Buffer.alloc(16, 0x22));
  expect([file.readUInt32LE(40), file.readUInt32LE(44)]).toEqual([1, 1]);
  expect(file.subarray(48, 80)).toEqual(chainHashes([])[0]);
});

test('footer and trailer lie as the page says, one entry for each segment', () => {
  const { trailer, footer, count, entries } = documentedFooter();
  expect(trailer.subarray(16, 48)).toEqual(sha256(footer));
  expect(trailer.subarray(48)).toEqual(Buffer.from([1, 0, 0, 0, ...Buffer.from('AITR')]));
  expect(footer.subarray(0, 8)).toEqual(Buffer.from([...Buffer.from('AIFT'), 1, 0, 72, 0]));
  expect([footer.readUInt32LE(8), footer.readUInt32LE(12)]).toEqual([1, count]);
  expect(footer.length).toBe(16 + 72 * count);
  const segments = documentedSegments();
  const hashes = chainHashes(segments);
  for (const [index, segment] of segments.entries()) {
    const entry = entries[index] ?? footer;
    const { lengthBytes, sequence, epoch, flags, t0, t1 } = segment;
    expect([8, 12, 16].map((at) => entry.readUInt32LE(at))).toEqual([lengthBytes, sequence, epoch]);
    expect([entry.readUInt16LE(20), entry.readUInt16LE(22)]).toEqual([flags, 0]);
    expect([Number(entry.readBigUInt64LE(24)), Number(entry.readBigUInt64LE(32))]).toEqual([t0, t1]);
    expect(entry.subarray(40)).toEqual(hashes[index + 1]);
  }
});

test('segments lie, link and are signed as the page says', async () => {
  const { rawPublicKey } = await deviceOfSeed(1);
  const x = Buffer.from(rawPublicKey).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const segments = documentedSegments();
  const hashes = chainHashes(segments);
  expect(segments.length).toBeGreaterThan(2);
  for (const [index, segment] of segments.entries()) {
    expect(segment).toMatchObject({ magic: 'AISG', versions: [1, 1, 1, 1, 1, 0], reserved: 0, fileNumber: 1 });
    expect(segment).toMatchObject({ headerBytes: index === 0 ? 168 : 128, sequence: index + 1 });
    expect(segment.previousHash).toEqual(hashes[index]);
    const message = Buffer.concat([Buffer.from('afterimage segment v1\0'), hashes[index + 1] ?? zeros]);
    expect(verify(null, message, publicKey, segment.signature)).toBe(true);
  }
  expect(segments[0]).toMatchObject({ counter: 1, previousHead: Buffer.alloc(32) });
});

test('records decrypt and lie as the page says', () => {
  const segments = documentedSegments();
  const records = segments.map((segment) => documentedRecords(decrypted(segment), segment.t0));
  expect(records.flat().map(({ type }) => type)).toEqual([
    1, 4, 2, 3, 6, 1, 5, 10, 11, 12, 10, 7, 8, 1, 9, 9, 6, 1, 13,
  ]);
  for (const [index, segment] of segments.entries()) {
    expect([records[index]?.[0]?.timeMs, records[index]?.at(-1)?.timeMs]).toEqual([segment.t0, segment.t1]);
  }
  const screen = records[0]?.[0]?.payload;
  expect(screen?.subarray(0, 4)).toEqual(Buffer.from([1 | 2, 0, 64, 48]));
  expect(records.flat().at(-1)?.payload).toEqual(Buffer.from([6, ...Buffer.from('logoff')]));
  expect((segments.at(-1)?.flags ?? 0) & 8).toBe(8);
});
