import type { RecordingId } from '@afterimage/contracts';
import type { Locator, Page } from 'playwright-core';

/** The player page as a reviewer's eyes and hands meet it. */
export class WatchedPlayer {
  readonly page: Page;
  readonly seekBar: Locator;
  readonly stage: Locator;

  constructor(page: Page) {
    this.page = page;
    this.seekBar = page.getByRole('slider');
    this.stage = page.locator('.player-stage');
  }

  /** Opens a moment, which then stands still and exact. */
  async openAt(recordingId: RecordingId, timeMs: number): Promise<void> {
    await this.page.goto(`/recordings/${recordingId}?t=${(timeMs / 1000).toFixed(3)}s`);
    await this.untilStatus('paused', 'ended');
  }

  async untilStatus(...statuses: string[]): Promise<void> {
    await this.page.locator(statuses.map((status) => `.player-stage[data-status="${status}"]`).join(', ')).waitFor();
  }

  async positionMs(): Promise<number> {
    return Number(await this.seekBar.getAttribute('aria-valuenow'));
  }

  async untilPosition(holds: (positionMs: number) => boolean): Promise<number> {
    for (let tries = 0; tries < 600; tries++) {
      const positionMs = await this.positionMs();
      if (holds(positionMs)) return positionMs;
      await this.page.waitForTimeout(50);
    }
    throw new Error(`the position stays at ${await this.positionMs()}`);
  }

  /** Clicks on the seek bar, and waits for the exact picture of the place that this came to. */
  async seekTo(fraction: number): Promise<number> {
    const box = await this.seekBar.boundingBox();
    if (box === null) throw new Error('the seek bar is not to be seen');
    await this.page.mouse.click(box.x + fraction * box.width, box.y + box.height / 2);
    await this.untilStatus('paused', 'ended');
    return this.positionMs();
  }

  /** Presses keys while paused, and waits for the place that each of them leads to. */
  async press(key: string, fromMs: number, toMs: number): Promise<void> {
    await this.untilPosition((positionMs) => positionMs === fromMs);
    await this.page.keyboard.press(key);
    await this.untilPosition((positionMs) => positionMs === toMs);
  }

  async isPictureShown(): Promise<boolean> {
    return (await this.page.locator('.player-picture').getAttribute('data-shown')) === 'true';
  }

  /** Every pixel of the canvas, RGBA in memory order. */
  async pixels(): Promise<Uint32Array> {
    const text = await this.page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.player-canvas');
      const image = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height);
      const sliceBytes = 0x8000;
      let binary = '';
      for (let at = 0; at < (image?.data.length ?? 0); at += sliceBytes) {
        binary += String.fromCharCode(...(image?.data.subarray(at, at + sliceBytes) ?? []));
      }
      return btoa(binary);
    });
    const bytes = Buffer.from(text, 'base64');
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4).slice();
  }
}
