import { createViewerKeyPair } from '@afterimage/recording';
import { createBrowserZstd } from '@afterimage/recording/zstd-browser';

/** What takes long to make, made before it is needed. Each one is taken once. */
class Spare<T> {
  readonly #make: () => Promise<T>;
  #ready: Promise<T> | undefined;

  constructor(make: () => Promise<T>) {
    this.#make = make;
  }

  prepare(): void {
    if (this.#ready !== undefined) return;
    const ready = this.#make();
    this.#ready = ready;
    ready.catch(() => {
      if (this.#ready === ready) this.#ready = undefined;
    });
  }

  take(): Promise<T> {
    const ready = this.#ready ?? this.#make();
    this.#ready = undefined;
    return ready;
  }
}

/** An RSA pair takes as long as several requests to make, and now and then much longer. */
export const spareKeyPair = new Spare(createViewerKeyPair);
export const spareDecoder = new Spare(createBrowserZstd);

/** To be called while nothing else is to be done: the next recording that is opened finds these ready. */
export function prepareToPlay(): void {
  spareKeyPair.prepare();
  spareDecoder.prepare();
}
