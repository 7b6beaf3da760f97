import type { Rectangle } from '@afterimage/recording';
import type { CapturedFrame } from '../sources/capture-source.ts';

/** Opaque gray in either order of the colours. */
const coverColour = 0xff808080;

/** Pictures of this age may still show a dialog that has been closed. */
const afterglowMs = 500;

interface Covered {
  readonly area: Rectangle;
  /** On the agent's monotonic clock; absent while the dialog is there. */
  closedAtMs?: number;
}

/** Keeps the agent's own dialogs out of what is recorded: where they are, there is plain gray. */
export class DialogCover {
  readonly #covered = new Set<Covered>();
  readonly #onLifted: () => void;

  /** @param onLifted what was behind the dialog has not been recorded yet */
  constructor(onLifted: () => void) {
    this.#onLifted = onLifted;
  }

  /** @param closed settles once the dialog has left the screen */
  cover(area: Rectangle, closed: Promise<unknown>, nowMs: () => number): void {
    const covered: Covered = { area };
    this.#covered.add(covered);
    void closed.then(() => {
      covered.closedAtMs = nowMs();
      setTimeout(() => {
        this.#covered.delete(covered);
        this.#onLifted();
      }, afterglowMs).unref();
    });
  }

  /** @returns a copy where something is covered: the source goes on with its own pixels */
  apply(frame: CapturedFrame): CapturedFrame {
    const hiding = [...this.#covered].filter(({ closedAtMs = Infinity }) => frame.atMs < closedAtMs + afterglowMs);
    if (hiding.length === 0) return frame;
    const pixels = frame.pixels.slice();
    for (const { area } of hiding) fill(pixels, frame, area);
    return { ...frame, pixels };
  }
}

function fill(pixels: Uint32Array, { width, height }: CapturedFrame, area: Rectangle): void {
  const left = Math.max(0, area.x);
  const right = Math.min(width, area.x + area.width);
  for (let y = Math.max(0, area.y); y < Math.min(height, area.y + area.height); y++) {
    pixels.fill(coverColour, y * width + left, y * width + Math.max(left, right));
  }
}
