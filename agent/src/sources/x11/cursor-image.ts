import { MAX_CURSOR_SIDE } from '@afterimage/recording';
import type { CursorImage } from 'x11';
import type { CursorShape } from '../capture-source.ts';

/** @returns undefined for a pointer that shows nothing, or more than a pointer should */
export function cursorShapeOf(image: CursorImage): CursorShape | undefined {
  const { width, height, xhot, yhot, cursorImage } = image;
  if (width === 0 || height === 0 || width > MAX_CURSOR_SIDE || height > MAX_CURSOR_SIDE) return undefined;
  const rgba = unpremultiply(cursorImage);
  if (!rgba.some((value, at) => at % 4 === 3 && value > 0)) return undefined;
  return { width, height, hotspotX: Math.min(xhot, width - 1), hotspotY: Math.min(yhot, height - 1), rgba };
}

/** BGRA with colours multiplied by alpha to plain RGBA. */
function unpremultiply(bgra: Uint8Array): Uint8Array {
  const rgba = new Uint8Array(bgra.length);
  for (let at = 0; at + 3 < bgra.length; at += 4) {
    const alpha = bgra[at + 3] ?? 0;
    if (alpha === 0) continue;
    const scale = 255 / alpha;
    rgba[at] = Math.min(255, Math.round((bgra[at + 2] ?? 0) * scale));
    rgba[at + 1] = Math.min(255, Math.round((bgra[at + 1] ?? 0) * scale));
    rgba[at + 2] = Math.min(255, Math.round((bgra[at] ?? 0) * scale));
    rgba[at + 3] = alpha;
  }
  return rgba;
}
