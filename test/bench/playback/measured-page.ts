import type { Page } from 'playwright-core';

/** A place to play something, on which opening and seeking can be timed. Times in milliseconds, to the painted picture. */
export interface MeasuredPage {
  open(): Promise<number>;
  seek(fraction: number): Promise<number>;
}

declare global {
  /** What is being timed in the page; set before what it times begins. */
  var timedMs: Promise<number>;
}

/** The console's player, reached inside the application, as from the list. */
export function consolePlayer(page: Page, path: string): MeasuredPage {
  return {
    async open() {
      await goTo(page, '/recordings');
      await page.locator('.player-stage').waitFor({ state: 'detached' });
      await page.evaluate(timeOpening, path);
      return page.evaluate(() => timedMs);
    },
    async seek(fraction) {
      const box = await page.getByRole('slider').boundingBox();
      if (box === null) throw new Error('the seek bar is not to be seen');
      await page.evaluate(timeNextSeek);
      await page.mouse.click(box.x + fraction * box.width, box.y + box.height / 2);
      return page.evaluate(() => timedMs);
    },
  };
}

function goTo(page: Page, path: string): Promise<void> {
  return page.evaluate((address) => {
    history.pushState({}, '', address);
    dispatchEvent(new PopStateEvent('popstate', { state: {} }));
  }, path);
}

/** In the page: goes to a recording, and takes the time until its picture stands. */
function timeOpening(address: string): void {
  globalThis.timedMs = new Promise((resolve) => {
    const startedAt = performance.now();
    const look = () => {
      const isShown = document.querySelector('.player-picture[data-shown=true]') !== null;
      const status = document.querySelector('.player-stage')?.getAttribute('data-status');
      if (isShown && status === 'paused') resolve(performance.now() - startedAt);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    history.pushState({}, '', address);
    dispatchEvent(new PopStateEvent('popstate', { state: {} }));
  });
}

/** In the page: takes the time from the next press of the mouse until the picture of another position stands. */
function timeNextSeek(): void {
  const position = () => document.querySelector('[role=slider]')?.getAttribute('aria-valuenow');
  const before = position();
  globalThis.timedMs = new Promise((resolve) => {
    const begin = () => {
      const startedAt = performance.now();
      const look = () => {
        const status = document.querySelector('.player-stage')?.getAttribute('data-status') ?? '';
        if (position() !== before && ['paused', 'ended'].includes(status)) resolve(performance.now() - startedAt);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    };
    addEventListener('pointerdown', begin, { once: true, capture: true });
  });
}

/** `<video>` over the same network. */
export function videoElement(page: Page): MeasuredPage {
  return {
    async open() {
      await page.reload();
      return page.evaluate(openVideo);
    },
    seek: (fraction) => page.evaluate(seekVideo, fraction),
  };
}

/** In the page: until the first frame was handed to the compositor. */
function openVideo(): Promise<number> {
  return new Promise((resolve, reject) => {
    const video = document.querySelector('video');
    if (video === null) return reject(new Error('no video'));
    const startedAt = performance.now();
    video.onerror = () => reject(new Error(`the video does not play: ${video.error?.message}`));
    video.requestVideoFrameCallback(() => resolve(performance.now() - startedAt));
    video.preload = 'auto';
    video.src = '/video.mp4';
  });
}

/** In the page: until the frame after the seek. */
function seekVideo(share: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const video = document.querySelector('video');
    if (video === null) return reject(new Error('no video'));
    const startedAt = performance.now();
    video.onseeked = () => requestAnimationFrame(() => resolve(performance.now() - startedAt));
    video.currentTime = share * video.duration;
  });
}
