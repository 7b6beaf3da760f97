import type { Page } from 'playwright-core';

/** A place to play something, on which opening and seeking can be timed. Times in milliseconds, to the painted picture. */
export interface MeasuredPage {
  open(): Promise<number>;
  seek(fraction: number): Promise<number>;
}

/** The console's player, reached inside the application, as from the list. */
export function consolePlayer(page: Page, path: string): MeasuredPage {
  const goTo = (to: string) =>
    page.evaluate((address) => {
      history.pushState({}, '', address);
      dispatchEvent(new PopStateEvent('popstate', { state: {} }));
    }, to);
  return {
    async open() {
      await goTo('/recordings');
      await page.locator('.player-stage').waitFor({ state: 'detached' });
      const shown = page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const startedAt = performance.now();
            const look = () => {
              const isShown = document.querySelector('.player-picture[data-shown=true]') !== null;
              const status = document.querySelector('.player-stage')?.getAttribute('data-status');
              if (isShown && (status === 'paused' || status === 'playing')) resolve(performance.now() - startedAt);
              else requestAnimationFrame(look);
            };
            look();
          }),
      );
      await goTo(path);
      const ms = await shown;
      await page.evaluate(() => {
        if (document.querySelector('.player-stage')?.getAttribute('data-status') === 'playing') {
          document.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }));
        }
      });
      return ms;
    },
    async seek(fraction) {
      const bar = page.getByRole('slider');
      const box = await bar.boundingBox();
      if (box === null) throw new Error('the seek bar is not to be seen');
      const sought = page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const position = () => document.querySelector('[role=slider]')?.getAttribute('aria-valuenow');
            const before = position();
            const begin = () => {
              const startedAt = performance.now();
              const look = () => {
                const status = document.querySelector('.player-stage')?.getAttribute('data-status') ?? '';
                const isThere = position() !== before && ['paused', 'ended', 'playing'].includes(status);
                if (isThere) resolve(performance.now() - startedAt);
                else requestAnimationFrame(look);
              };
              requestAnimationFrame(look);
            };
            addEventListener('pointerdown', begin, { once: true, capture: true });
          }),
      );
      await page.mouse.click(box.x + fraction * box.width, box.y + box.height / 2);
      return sought;
    },
  };
}

/** `<video>` over the same network. */
export function videoElement(page: Page): MeasuredPage {
  return {
    async open() {
      await page.reload();
      return page.evaluate(
        () =>
          new Promise<number>((resolve, reject) => {
            const video = document.querySelector('video');
            if (video === null) return reject(new Error('no video'));
            const startedAt = performance.now();
            video.onerror = () => reject(new Error(`the video does not play: ${video.error?.message}`));
            video.requestVideoFrameCallback(() => resolve(performance.now() - startedAt));
            video.preload = 'auto';
            video.src = '/video.mp4';
          }),
      );
    },
    async seek(fraction) {
      return page.evaluate(
        (share) =>
          new Promise<number>((resolve, reject) => {
            const video = document.querySelector('video');
            if (video === null) return reject(new Error('no video'));
            const startedAt = performance.now();
            video.onseeked = () => requestAnimationFrame(() => resolve(performance.now() - startedAt));
            video.currentTime = share * video.duration;
          }),
        fraction,
      );
    },
  };
}
