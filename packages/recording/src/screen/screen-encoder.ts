import { ChangeAnalyzer, type Changes } from './change-analyzer.ts';
import { decodeMs, type KeyImageOptions, KeyImageSchedule } from './key-image-schedule.ts';
import { writePacket } from './packet.ts';
import { boundingBox, isPictureSize, type PixelOrder, type Rectangle } from './picture.ts';
import { PictureChecksum } from './picture-checksum.ts';
import { type CompressionLevels, StreamPacker } from './stream-packer.ts';
import { UpdateCoder } from './update-coder.ts';
import type { ZstdStreams } from './zstd-streams.ts';

export interface ScreenEncoderOptions {
  readonly width: number;
  readonly height: number;
  readonly zstd: ZstdStreams;
  /** Default `rgbx`. */
  readonly pixelOrder?: PixelOrder;
  readonly keyImage?: KeyImageOptions;
  /** Zstandard levels; default 12 for pixels, 9 for the little that control and colours are. */
  readonly levels?: Partial<CompressionLevels>;
}

export interface EncodeOptions {
  /** Where the picture may differ from the last one. Default: anywhere. Nothing outside is looked at for changes. */
  readonly damage?: readonly Rectangle[];
  /** Makes a key image even when nothing changed. */
  readonly forceKeyImage?: boolean;
  /** How long the screen has been in activity since the recording began; it decides when a key image is due. */
  readonly elapsedActiveMs?: number;
}

export interface ScreenPacket {
  readonly isKeyImage: boolean;
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
  /** What decoding it costs, nominally: it depends on what is in it and on no clock. */
  readonly decodeMs: number;
  readonly changed: Rectangle;
  /** Where pixels were sent; the rest of what changed was copied. */
  readonly drawn: readonly Rectangle[];
}

const defaultLevels: CompressionLevels = { control: 9, indices: 12, planes: 12, colours: 9 };
const unchanged: Changes = { copies: [], snapshotSlot: 0, rectangles: [] };

/** Turns pictures of a screen into packets that give back exactly the same pixels; see docs/features/screen-codec.md. */
export class ScreenEncoder {
  readonly #zstd: ZstdStreams;
  readonly #order: PixelOrder;
  readonly #levels: CompressionLevels;
  readonly #schedule: KeyImageSchedule;
  #width = 0;
  #height = 0;
  #analyzer: ChangeAnalyzer;
  #coder: UpdateCoder;
  /** Undefined while the next packet has to begin a group. */
  #packer: StreamPacker | undefined;
  #lastChecksum = 0;
  /** The decoder has no picture yet, or none of this size: the next one is coded even when it equals the last. */
  #mustShow = true;
  /** Contexts of groups that are over; a call under way may still use them. */
  readonly #retired: StreamPacker[] = [];
  #isBusy = false;

  constructor(options: ScreenEncoderOptions) {
    this.#zstd = options.zstd;
    this.#order = options.pixelOrder ?? 'rgbx';
    this.#levels = { ...defaultLevels, ...options.levels };
    this.#schedule = new KeyImageSchedule(options.keyImage);
    this.#checkSize(options.width, options.height);
    this.#analyzer = new ChangeAnalyzer(this.#width, this.#height);
    this.#coder = new UpdateCoder(this.#width, this.#order, this.#zstd);
  }

  /**
   * Reads the whole picture before it returns its promise, so the buffer may be used again at once; calls must not overlap.
   * Resolves to undefined when nothing changed. After a rejection the next packet is a key image.
   */
  async encode(pixels: Uint32Array, options: EncodeOptions = {}): Promise<ScreenPacket | undefined> {
    if (this.#isBusy) throw new Error('encode was called before the last call had finished');
    if (pixels.length < this.#width * this.#height) throw new RangeError('the picture has too few pixels');
    this.#isBusy = true;
    try {
      return await this.#encode(pixels, options);
    } catch (error) {
      this.startNewGroup();
      this.#mustShow = true;
      throw error;
    } finally {
      this.#isBusy = false;
      this.#closeRetired();
    }
  }

  /** The next changed picture becomes a key image that needs nothing before it. */
  startNewGroup(): void {
    if (this.#packer !== undefined) this.#retired.push(this.#packer);
    this.#packer = undefined;
    if (!this.#isBusy) this.#closeRetired();
  }

  /** The next picture has this size and becomes a key image. */
  resize(width: number, height: number): void {
    this.#checkSize(width, height);
    this.#analyzer = new ChangeAnalyzer(width, height);
    this.#coder = new UpdateCoder(width, this.#order, this.#zstd);
    this.#mustShow = true;
    this.startNewGroup();
  }

  /** Frees the compression contexts, at the end of the call under way if there is one. */
  close(): void {
    this.startNewGroup();
  }

  async #encode(pixels: Uint32Array, options: EncodeOptions): Promise<ScreenPacket | undefined> {
    const elapsedActiveMs = options.elapsedActiveMs ?? 0;
    const mustBegin = this.#mustShow || options.forceKeyImage === true;
    const isKeyImage = mustBegin || this.#packer === undefined || this.#schedule.isDue(elapsedActiveMs);
    if (isKeyImage && !mustBegin && !this.#analyzer.hasChanges(pixels, options.damage)) return undefined;
    const changes = isKeyImage ? this.#beginGroup(pixels) : this.#analyzer.advance(pixels, options.damage, true);
    if (changes === undefined) return undefined;
    this.#mustShow = false;
    const packet = await this.#pack(pixels, changes, isKeyImage);
    if (isKeyImage) this.#schedule.keyImageMade(packet.bytes.length, packet.decodeMs, elapsedActiveMs);
    else this.#schedule.updateMade(packet.bytes.length, packet.decodeMs);
    return packet;
  }

  /** A key image is an update of a black picture with nothing to copy from. */
  #beginGroup(pixels: Uint32Array): Changes {
    this.startNewGroup();
    this.#packer = new StreamPacker(this.#zstd, this.#levels);
    this.#analyzer.reset();
    this.#coder.reset();
    return this.#analyzer.advance(pixels, undefined, false) ?? unchanged;
  }

  async #pack(pixels: Uint32Array, changes: Changes, isKeyImage: boolean): Promise<ScreenPacket> {
    const [width, height] = [this.#width, this.#height];
    const { changed, streams: raw } = this.#coder.code(pixels, changes);
    const checksum = new PictureChecksum(isKeyImage ? 0 : this.#lastChecksum);
    for (const rectangle of changed) checksum.add(pixels, width, rectangle);
    this.#lastChecksum = checksum.value();
    const copiedPixels = changes.copies.reduce((sum, copy) => sum + copy.width * copy.height, 0);
    const packer = this.#packer ?? new StreamPacker(this.#zstd, this.#levels);
    this.#packer = packer;
    const bytes = writePacket({
      size: isKeyImage ? { width, height } : undefined,
      isBlueFirst: this.#order === 'bgrx',
      checksum: this.#lastChecksum,
      streams: await packer.pack(raw),
    });
    return {
      isKeyImage,
      width,
      height,
      bytes,
      decodeMs: decodeMs({
        records: changed.length,
        copiedPixels,
        rememberedPixels: changes.snapshotSlot > 0 ? width * height : 0,
        indexBytes: raw.indices.length,
        planeBytes: raw.planes.length,
      }),
      changed: boundingBox(changed),
      drawn: changes.rectangles,
    };
  }

  #closeRetired(): void {
    for (const packer of this.#retired.splice(0)) packer.close();
  }

  #checkSize(width: number, height: number): void {
    if (!isPictureSize(width, height)) throw new RangeError(`a picture cannot be ${width} x ${height}`);
    this.#width = width;
    this.#height = height;
  }
}
