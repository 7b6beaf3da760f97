import {
  type CursorRecord,
  type Picture,
  type RecordingRecord,
  type Rectangle,
  ScreenDecoder,
  ScreenPacketAssembler,
  type ZstdStreams,
} from '@afterimage/recording';

export interface Cursor {
  readonly x: number;
  readonly y: number;
  readonly isVisible: boolean;
  readonly shape: CursorShape | undefined;
}

export interface CursorShape {
  readonly width: number;
  readonly height: number;
  readonly hotspotX: number;
  readonly hotspotY: number;
  readonly rgba: Uint8Array;
}

/** Where pictures go. `paint` is called at most once a tick, with all that changed since the last. */
export interface PictureSink {
  paint(picture: Picture, changed: Rectangle): void;
  /** Undefined: there is none, or none is known. */
  placeCursor(cursor: Cursor | undefined): void;
  /** Nothing of what was painted may be seen any more. */
  clear(): void;
}

/** Holds the picture at one moment: records go in, in time order; pictures come out to the sink. */
export class Stage {
  readonly #decoder: ScreenDecoder;
  readonly #sink: PictureSink;
  #assembler = new ScreenPacketAssembler();
  readonly #shapes = new Map<number, CursorShape>();
  #picture: Picture | undefined;
  #changed: Rectangle | undefined;
  #cursor: Cursor | undefined;
  #isCursorMoved = false;
  #blockReason: string | undefined;

  constructor(zstd: Pick<ZstdStreams, 'decompressor'>, sink: PictureSink) {
    this.#decoder = new ScreenDecoder({ zstd });
    this.#sink = sink;
  }

  get picture(): Picture | undefined {
    return this.#picture;
  }

  /** Why the host recorded no pixels now, in between `block-begin` and `block-end`. */
  get blockReason(): string | undefined {
    return this.#blockReason;
  }

  /** After a seek or a hole: nothing is known before the next key image. */
  reset(): void {
    this.#losePicture();
    this.#shapes.clear();
    this.#cursor = undefined;
    this.#isCursorMoved = true;
    this.#blockReason = undefined;
  }

  /**
   * `isPassed`: the next picture follows before anything is painted, so this one's checksum is left out; signature and
   * encryption have proven its bytes. @throws ScreenFormatError when the picture cannot be decoded; the stage then
   * waits for a key image.
   */
  apply(sequence: number, part: RecordingRecord, isPassed = false): void {
    const record = this.#assembler.push(sequence, part);
    switch (record?.type) {
      case 'screen':
        this.#decode(record.bytes, isPassed);
        return;
      case 'cursor-shape':
        this.#shapes.set(record.shapeId, record);
        return;
      case 'cursor':
        this.#placeCursor(record);
        return;
      case 'block-begin':
        this.#blockReason = record.reason;
        return;
      case 'block-end':
        this.#blockReason = undefined;
        this.#losePicture();
        return;
      default:
        return;
    }
  }

  /** Hands what changed to the sink. */
  present(): void {
    if (this.#picture !== undefined && this.#changed !== undefined) {
      this.#sink.paint(this.#picture, this.#changed);
      this.#changed = undefined;
    }
    if (this.#isCursorMoved) {
      this.#sink.placeCursor(this.#cursor);
      this.#isCursorMoved = false;
    }
  }

  /** Leaves nothing of the recording behind, on the screen or in memory. */
  forget(): void {
    this.#picture?.pixels.fill(0);
    this.reset();
    this.present();
    this.#sink.clear();
    this.close();
  }

  close(): void {
    this.#decoder.close();
  }

  #decode(packet: Uint8Array, isPassed: boolean): void {
    try {
      const { picture, changed, isKeyImage } = this.#decoder.decode(packet, { verifiesChecksum: !isPassed });
      this.#picture = picture;
      this.#changed = this.#changed === undefined || isKeyImage ? changed : union(this.#changed, changed);
    } catch (error) {
      this.#losePicture();
      throw error;
    }
  }

  #placeCursor({ x, y, isVisible, shapeId }: CursorRecord): void {
    this.#cursor = { x, y, isVisible, shape: this.#shapes.get(shapeId) };
    this.#isCursorMoved = true;
  }

  #losePicture(): void {
    this.#assembler = new ScreenPacketAssembler();
    this.#picture = undefined;
    this.#changed = undefined;
  }
}

function union(a: Rectangle, b: Rectangle): Rectangle {
  if (b.width === 0 || b.height === 0) return a;
  if (a.width === 0 || a.height === 0) return b;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const right = Math.max(a.x + a.width, b.x + b.width);
  const bottom = Math.max(a.y + a.height, b.y + b.height);
  return { x, y, width: right - x, height: bottom - y };
}
