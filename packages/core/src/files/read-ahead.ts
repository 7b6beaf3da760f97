import type { ByteRange } from '../stores/objects.ts';

/** Ranges up to this size are read side by side; larger ones keep a connection busy by themselves. */
const smallRangeBytes = 1024 * 1024;
/** With the size above, the bound on memory. */
const maxReadsAtOnce = 16;

type Read = (range: ByteRange) => AsyncIterable<Uint8Array>;

/**
 * The bytes of all ranges in their order. A recording that was watched has two small chunks a second, and a day of them
 * read one by one would outlast the function that seals it.
 */
export async function* readAhead(ranges: AsyncIterable<ByteRange>, read: Read): AsyncGenerator<Uint8Array> {
  const underWay: Promise<Uint8Array[]>[] = [];
  for await (const range of ranges) {
    if (range.sizeBytes > smallRangeBytes) {
      yield* drain(underWay, 0);
      yield* read(range);
      continue;
    }
    const pieces = collect(read(range));
    // A failure is thrown where its bytes are due; until then it is not unhandled.
    pieces.catch(() => undefined);
    underWay.push(pieces);
    yield* drain(underWay, maxReadsAtOnce - 1);
  }
  yield* drain(underWay, 0);
}

async function* drain(underWay: Promise<Uint8Array[]>[], left: number): AsyncGenerator<Uint8Array> {
  while (underWay.length > left) yield* (await underWay.shift()) ?? [];
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}
