export type { KeyImageOptions } from './key-image-schedule.ts';
export {
  boundingBox,
  maxPicturePixels,
  maxPictureSide,
  type Picture,
  type PixelOrder,
  type Rectangle,
} from './picture.ts';
export { type DecodedScreen, type DecodeOptions, ScreenDecoder, type ScreenDecoderOptions } from './screen-decoder.ts';
export { type EncodeOptions, ScreenEncoder, type ScreenEncoderOptions, type ScreenPacket } from './screen-encoder.ts';
export { ScreenFormatError, type ScreenFormatReason, type ScreenLimits } from './screen-format.ts';
export type { ZstdCompressor, ZstdDecompressor, ZstdStreams } from './zstd-streams.ts';
