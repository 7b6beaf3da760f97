import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { concatBytes } from '../encoding/byte-arrays.ts';
import { anyRecord } from '../testing/record-arbitraries.ts';
import { countingBytes, deviceOfSeed, samplePacket, writerOptions } from '../testing/sealing-kit.ts';
import { importJournalKey, JournalCodec } from './journal-codec.ts';
import type { JournalEntry } from './journal-entry.ts';
import { RecordingWriter } from './recording-writer.ts';

let key: CryptoKey;
beforeAll(async () => {
  key = await importJournalKey(new Uint8Array(32).fill(9));
});

const codec = () => new JournalCodec({ key, randomBytes: countingBytes() });

async function journalOf(entries: readonly JournalEntry[]): Promise<Uint8Array[]> {
  const writing = codec();
  return Promise.all(entries.map((entry) => writing.encode(entry)));
}

const recordEntry = fc
  .tuple(anyRecord, fc.nat(), fc.nat())
  .map(([record, ordinal, timeMs]): JournalEntry => ({ kind: 'record', ordinal, record: { ...record, timeMs } }));

describe('a journal', () => {
  test('gives back records, plans and checkpoints', async () => {
    const writer = await RecordingWriter.begin(writerOptions(await deviceOfSeed(7)));
    writer.append(samplePacket(0, true));
    writer.seal('pause');
    const plan = writer.planNextSegment();
    if (plan === undefined) throw new TypeError('one segment was closed');
    await fc.assert(
      fc.asyncProperty(fc.array(recordEntry), async (records) => {
        const entries: JournalEntry[] = [
          ...records,
          { kind: 'plan', plan },
          { kind: 'checkpoint', checkpoint: writer.checkpoint() },
        ];
        const bytes = concatBytes(...(await journalOf(entries)));
        expect(await codec().decode(bytes)).toEqual({ entries, validLengthBytes: bytes.length });
      }),
    );
  });

  test('torn anywhere is read up to its last whole entry and carries on from there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(recordEntry, { minLength: 1, maxLength: 5 }), fc.nat(), async (entries, seed) => {
        const parts = await journalOf(entries);
        const whole = concatBytes(...parts);
        const torn = whole.subarray(0, seed % whole.length);
        const reopened = codec();
        const { entries: kept, validLengthBytes } = await reopened.decode(torn);
        expect(kept).toEqual(entries.slice(0, kept.length));
        expect(concatBytes(...parts.slice(0, kept.length + 1)).length).toBeGreaterThan(torn.length);
        const added: JournalEntry = { kind: 'record', ordinal: 1, record: samplePacket(1, true) };
        const repaired = concatBytes(torn.subarray(0, validLengthBytes), await reopened.encode(added));
        expect((await codec().decode(repaired)).entries).toEqual([...kept, added]);
      }),
    );
  });

  test('with any bit flipped gives no entry that was not written', async () => {
    const mark = (ordinal: number): JournalEntry => ({
      kind: 'record',
      ordinal,
      record: { type: 'mark', timeMs: ordinal, activity: 'idle' },
    });
    const entries = [mark(0), mark(1), mark(2)];
    const bytes = concatBytes(...(await journalOf(entries)));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length * 8 - 1 }), async (bit) => {
        const flipped = new Uint8Array(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { entries: kept } = await codec().decode(flipped);
        expect(kept).toEqual(entries.slice(0, kept.length));
        expect(kept.length).toBeLessThan(entries.length);
      }),
    );
  });

  test('damaged in the middle gives back what is readable behind the damage, wherever it is', async () => {
    const entries = Array.from(
      { length: 6 },
      (_, ordinal): JournalEntry => ({ kind: 'record', ordinal, record: samplePacket(ordinal, ordinal === 0) }),
    );
    const parts = await journalOf(entries);
    const bytes = concatBytes(...parts);
    const secondAt = parts[0]?.length ?? 0;
    const lastAt = bytes.length - (parts.at(-1)?.length ?? 0);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: secondAt, max: lastAt - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const damaged = new Uint8Array(bytes);
          damaged[at] = (damaged[at] ?? 0) ^ by;
          const reading = codec();
          const { entries: before, validLengthBytes } = await reading.decode(damaged);
          const behind = await reading.salvage(damaged, validLengthBytes);
          expect([...before, ...behind]).toHaveLength(entries.length - 1);
          expect(behind).toEqual(entries.slice(before.length + 1));
        },
      ),
    );
  });

  test('torn at its end has nothing to give back behind the tear', async () => {
    const entries = [0, 1, 2].map(
      (ordinal): JournalEntry => ({ kind: 'record', ordinal, record: samplePacket(0, true) }),
    );
    const bytes = concatBytes(...(await journalOf(entries)));
    const torn = bytes.subarray(0, bytes.length - 5);
    const reading = codec();
    const { validLengthBytes } = await reading.decode(torn);
    await expect(reading.salvage(torn, validLengthBytes)).resolves.toEqual([]);
  });

  test.each<[string, (parts: readonly Uint8Array[]) => (Uint8Array | undefined)[]]>([
    ['moved', ([first, second]) => [second, first]],
    ['dropped', ([, second]) => [second]],
    ['repeated', ([first]) => [first, first]],
  ])('with an entry %s is refused', async (_, rearrange) => {
    const entries = [0, 1].map((ordinal): JournalEntry => ({ kind: 'record', ordinal, record: samplePacket(0, true) }));
    const parts = rearrange(await journalOf(entries)).filter((part) => part !== undefined);
    await expect(codec().decode(concatBytes(...parts))).rejects.toMatchObject({ code: 'decrypt-failed' });
  });

  test('shows nothing of a record to who lacks its key', async () => {
    const record: JournalEntry = {
      kind: 'record',
      ordinal: 0,
      record: { type: 'event', timeMs: 0, kind: 'window.title', assertedBy: 'agent', fields: { title: 'secret plan' } },
    };
    const bytes = concatBytes(...(await journalOf([record])));
    expect(new TextDecoder().decode(bytes)).not.toContain('secret');
    const stranger = new JournalCodec({
      key: await importJournalKey(new Uint8Array(32)),
      randomBytes: countingBytes(),
    });
    await expect(stranger.decode(bytes)).rejects.toMatchObject({ code: 'decrypt-failed' });
  });
});
