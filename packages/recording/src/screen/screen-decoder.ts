import { ByteReader, MalformedBytesError } from '../bytes/byte-reader.ts';
import { type PacketParts, readPacket } from './packet.ts';
import { boundingBox, type Picture, type Rectangle } from './picture.ts';
import { PictureChecksum } from './picture-checksum.ts';
import { formatLimits, maxRawBytes, ScreenFormatError, type ScreenLimits, type StreamName } from './screen-format.ts';
import { StreamUnpacker } from './stream-unpacker.ts';
import { UpdateApplier } from './update-applier.ts';
import { readUpdateRecords } from './update-records.ts';
import type { ZstdStreams } from './zstd-streams.ts';

export interface ScreenDecoderOptions {
  readonly zstd: Pick<ZstdStreams, 'decompressor'>;
  readonly limits?: Partial<ScreenLimits>;
}

export interface DecodeOptions {
  /**
   * Checking takes half of the time or more, so a seek may leave it out for the pictures it passes by: what went wrong there is found
   * where it shows first. Default on.
   */
  readonly verifiesChecksum?: boolean;
}

export interface DecodedScreen {
  /** The decoder's own buffer, valid until the next call. */
  readonly picture: Picture;
  /** What differs from the picture before; the whole picture for a key image. */
  readonly changed: Rectangle;
  readonly isKeyImage: boolean;
}

/**
 * Gives back the pictures a `ScreenEncoder` was given. Bytes may be hostile: it throws nothing but
 * `ScreenFormatError`, takes memory only for pictures within its limits, and after an error refuses everything
 * until the next key image.
 */
export class ScreenDecoder {
  readonly #zstd: Pick<ZstdStreams, 'decompressor'>;
  readonly #limits: ScreenLimits;
  #group: Group | undefined;

  constructor(options: ScreenDecoderOptions) {
    this.#zstd = options.zstd;
    this.#limits = { ...formatLimits, ...options.limits };
  }

  decode(packet: Uint8Array, { verifiesChecksum = true }: DecodeOptions = {}): DecodedScreen {
    try {
      const parts = readPacket(packet);
      const group = parts.size === undefined ? this.#currentGroup() : this.#beginGroup(parts.size);
      const changed = this.#update(group, parts, verifiesChecksum);
      const { width, height } = group.picture;
      const isKeyImage = parts.size !== undefined;
      return { picture: group.picture, isKeyImage, changed: isKeyImage ? { x: 0, y: 0, width, height } : changed };
    } catch (error) {
      this.close();
      if (error instanceof MalformedBytesError)
        throw new ScreenFormatError('truncated', error.message, { cause: error });
      throw error;
    }
  }

  /** Frees the decompression contexts; the next packet must be a key image. */
  close(): void {
    this.#group?.unpacker.close();
    this.#group = undefined;
  }

  #currentGroup(): Group {
    if (this.#group === undefined) throw new ScreenFormatError('key-image-needed', 'an update without its key image');
    return this.#group;
  }

  #beginGroup({ width, height }: { width: number; height: number }): Group {
    if (width * height > this.#limits.maxPixels) {
      throw new ScreenFormatError('limit-exceeded', `picture of ${width} x ${height}`);
    }
    const last = this.#group;
    this.close();
    const isSameSize = last?.picture.width === width && last.picture.height === height;
    const picture = isSameSize ? last.picture : { width, height, pixels: new Uint32Array(width * height) };
    const applier = isSameSize ? last.applier : new UpdateApplier(picture);
    applier.reset();
    const unpacker = new StreamUnpacker(this.#zstd);
    this.#group = { picture, unpacker, applier, lastChecksum: 0 };
    return this.#group;
  }

  #update(group: Group, { streams, checksum, isBlueFirst }: PacketParts, verifiesChecksum: boolean): Rectangle {
    const { unpacker, applier } = group;
    const { width, height, pixels } = group.picture;
    const most = maxRawBytes(width, height);
    const open = (name: StreamName) => new ByteReader(unpacker.unpack(name, streams[name], most[name]));
    const control = open('control');
    const records = readUpdateRecords(control, width, height);
    control.expectEnd();
    applier.apply(records, { indices: open('indices'), planes: open('planes'), colours: open('colours') });
    const changed = [...records.copies, ...records.rectangles.map(({ rectangle }) => rectangle)];
    if (verifiesChecksum) {
      const sum = new PictureChecksum(group.lastChecksum);
      for (const rectangle of changed) sum.add(pixels, width, rectangle, isBlueFirst);
      if (sum.value() !== checksum) throw new ScreenFormatError('checksum-mismatch', 'the picture is wrong');
    }
    group.lastChecksum = checksum;
    return boundingBox(changed);
  }
}

interface Group {
  readonly picture: Picture;
  readonly unpacker: StreamUnpacker;
  readonly applier: UpdateApplier;
  lastChecksum: number;
}
