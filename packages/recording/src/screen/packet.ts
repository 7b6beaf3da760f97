import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { isPictureSize } from './picture.ts';
import { formatVersion, packetFlag, ScreenFormatError, type StreamName, streamNames } from './screen-format.ts';

export interface PackedStream {
  readonly rawLength: number;
  readonly packed: Uint8Array;
}

export interface PacketParts {
  /** Present on key images only. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** The checksum was taken with red and blue exchanged. */
  readonly isBlueFirst: boolean;
  readonly checksum: number;
  readonly streams: Readonly<Record<StreamName, PackedStream>>;
}

export function writePacket({ size, isBlueFirst, checksum, streams }: PacketParts): Uint8Array {
  const packedBytes = streamNames.reduce((sum, name) => sum + streams[name].packed.length, 0);
  const writer = new ByteWriter(64 + packedBytes);
  const flags = (size === undefined ? 0 : packetFlag.keyImage) | (isBlueFirst ? packetFlag.blueFirst : 0);
  writer.u8((formatVersion << 4) | flags).u32(checksum);
  if (size !== undefined) writer.varint(size.width).varint(size.height);
  for (const name of streamNames) {
    const { rawLength, packed } = streams[name];
    writer.varint(rawLength);
    if (rawLength > 0) writer.varint(packed.length);
  }
  for (const name of streamNames) writer.bytes(streams[name].packed);
  return writer.finish();
}

/** Checks the header and cuts the streams; their lengths are not judged here. */
export function readPacket(bytes: Uint8Array): PacketParts {
  const reader = new ByteReader(bytes);
  const head = reader.u8();
  if (head >>> 4 !== formatVersion) throw new ScreenFormatError('unsupported-version', `${head >>> 4}`);
  const flags = head & 0xf;
  if ((flags & ~(packetFlag.keyImage | packetFlag.blueFirst)) !== 0) {
    throw new ScreenFormatError('malformed', 'unknown packet flags');
  }
  const checksum = reader.u32();
  const size = flags & packetFlag.keyImage ? readSize(reader) : undefined;
  const lengths = streamNames.map(() => {
    const rawLength = reader.varint();
    return { rawLength, packedLength: rawLength === 0 ? 0 : reader.varint() };
  });
  const [control, indices, planes, colours] = lengths.map(({ rawLength, packedLength }) => ({
    rawLength,
    packed: reader.bytes(packedLength),
  }));
  reader.expectEnd();
  if (!control || !indices || !planes || !colours) throw new ScreenFormatError('malformed', 'streams are missing');
  return {
    size,
    isBlueFirst: (flags & packetFlag.blueFirst) !== 0,
    checksum,
    streams: { control, indices, planes, colours },
  };
}

function readSize(reader: ByteReader): { width: number; height: number } {
  const width = reader.varint();
  const height = reader.varint();
  if (!isPictureSize(width, height)) throw new ScreenFormatError('limit-exceeded', `picture of ${width} x ${height}`);
  return { width, height };
}
