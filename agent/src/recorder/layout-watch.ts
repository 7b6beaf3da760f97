import type { LayoutRecord, Monitor } from '@afterimage/recording';
import type { CapturedFrame } from '../sources/capture-source.ts';

/** Notices when the picture or its monitors have another size or place. */
export class LayoutWatch {
  #last = '';

  /** @returns undefined while nothing has changed */
  recordOf(timeMs: number, { width, height, monitors }: CapturedFrame): LayoutRecord | undefined {
    const layout = { width, height, monitors: monitors ?? [wholePicture(width, height)] };
    const text = JSON.stringify(layout);
    if (text === this.#last) return undefined;
    this.#last = text;
    return { type: 'layout', timeMs, ...layout };
  }
}

function wholePicture(width: number, height: number): Monitor {
  return { name: 'page', isPrimary: true, x: 0, y: 0, width, height };
}
