import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { PNG } from 'pngjs';
import { type AppServer, startAppServer } from '../../demo/app-server.ts';
import { BrowserSource } from '../src/sources/browser/browser-source.ts';
import { ChromiumProcess } from '../src/sources/browser/chromium-process.ts';
import { DevToolsConnection } from '../src/sources/browser/devtools-connection.ts';
import type { CapturedEvent, CapturedFrame, CaptureListener } from '../src/sources/capture-source.ts';
import { systemClock } from '../src/time/clock.ts';
import { areSame, IndependentCamera } from './independent-capture.ts';
import { pollUntil } from './poll-until.ts';

jest.setTimeout(60_000);

/** Keeps what a source gives; `slowMs` makes it as slow as a host under load. */
class Notebook implements CaptureListener {
  readonly frames: CapturedFrame[] = [];
  readonly events: CapturedEvent[] = [];
  isLost = false;
  slowMs = 0;

  async onFrame(frame: CapturedFrame): Promise<void> {
    this.frames.push({ ...frame, pixels: frame.pixels.slice() });
    if (this.slowMs > 0) await systemClock.delay(this.slowMs);
  }

  onEvent(event: CapturedEvent): void {
    this.events.push(event);
  }

  onCursor(): void {
    throw new Error('a browser tells nothing of its pointer');
  }

  onInput(): void {
    throw new Error('a browser tells nothing of its keyboard');
  }

  onLost(): void {
    this.isLost = true;
  }

  textsOf(kind: CapturedEvent['kind']): string[] {
    return this.events.filter((event) => event.kind === kind).map((event) => event.text);
  }
}

let app: AppServer;
let chromium: ChromiumProcess;
let source: BrowserSource;
let camera: IndependentCamera;
let notebook: Notebook;
let rawPngs: Buffer[];

beforeAll(async () => {
  app = await startAppServer();
});
afterAll(async () => {
  await app.close();
});

beforeEach(async () => {
  chromium = await ChromiumProcess.launch({ width: 900, height: 600, url: app.url });
  rawPngs = [];
  notebook = new Notebook();
  source = new BrowserSource({
    webSocketUrl: chromium.webSocketUrl,
    clock: systemClock,
    onRawFrame: ({ png }) => rawPngs.push(png),
  });
  await source.start(notebook);
  camera = await IndependentCamera.open(chromium.webSocketUrl);
  await pollUntil('a first frame', () => notebook.frames.length > 0);
});
afterEach(async () => {
  await source.stop();
  await camera.close();
  await chromium.close();
});

async function expectLastFrameIsWhatIsShown(): Promise<void> {
  await pollUntil('the last frame is what the page shows', async () => {
    const last = notebook.frames.at(-1);
    const shown = await camera.captureStill(50);
    return last !== undefined && shown !== undefined && areSame(last, shown);
  });
}

describe('the browser source', () => {
  test('gives the exact pixels that the browser encoded, as a second decoder reads them', async () => {
    await camera.navigate(`${app.url}orders.html`);
    await pollUntil('some frames', () => notebook.frames.length >= 2);
    await source.stop();
    const distinct = rawPngs.filter((png, index) => !rawPngs[index - 1]?.equals(png));
    expect(notebook.frames).toHaveLength(distinct.length);
    for (const [index, frame] of notebook.frames.entries()) {
      const reference = PNG.sync.read(distinct[index] ?? Buffer.alloc(0));
      expect([frame.width, frame.height]).toEqual([reference.width, reference.height]);
      expect(Buffer.from(frame.pixels.buffer).equals(reference.data)).toBe(true);
    }
  });

  test('ends every burst of changes with the picture that stays, also when its reader is slow', async () => {
    notebook.slowMs = 120;
    await camera.evaluate(`new Promise((done) => {
      let count = 0;
      const timer = setInterval(() => {
        document.querySelector('h1').textContent = 'Change ' + ++count;
        if (count === 60) { clearInterval(timer); done(); }
      }, 10);
    })`);
    await pollUntil('frames have stopped', async () => {
      const before = notebook.frames.length;
      await systemClock.delay(700);
      return notebook.frames.length === before;
    });
    const last = notebook.frames.at(-1);
    const shown = await camera.captureStill(50);
    expect(last && shown && areSame(last, shown)).toBe(true);
  });

  test('gives no frames while nothing changes', async () => {
    await pollUntil('the page is settled', async () => {
      const before = notebook.frames.length;
      await systemClock.delay(700);
      return notebook.frames.length === before;
    });
    const settled = notebook.frames.length;
    await systemClock.delay(1_500);
    expect(notebook.frames.length).toBe(settled);
  });

  test('gives a frame of the new size at once when the page is resized', async () => {
    await camera.resize(700, 500);
    await pollUntil('a frame of the new size', () => notebook.frames.at(-1)?.width === 700);
    await expectLastFrameIsWhatIsShown();
  });

  test('tells of navigation, within a page too, and of titles', async () => {
    await camera.navigate(`${app.url}customers.html`);
    await pollUntil('the title', () => notebook.textsOf('title').some((title) => title.startsWith('Customers')));
    await camera.evaluate(`document.title = document.querySelector('h1').textContent = 'Chosen'`);
    await pollUntil('the new title', () => notebook.textsOf('title').includes('Chosen'));
    await camera.evaluate(`history.pushState({}, '', '?chosen=3')`);
    const address = `${app.url}customers.html`;
    await pollUntil('both addresses', () => notebook.textsOf('navigation').includes(`${address}?chosen=3`));
    expect(notebook.textsOf('navigation')).toContain(address);
  });

  test('follows the user to a new page and back when it closes', async () => {
    const connection = await DevToolsConnection.open(chromium.webSocketUrl);
    const { targetId } = await connection.send('Target.createTarget', { url: `${app.url}notes.html` });
    await pollUntil('the new page is shown', () => notebook.textsOf('window.activated').length === 1);
    const framesBefore = notebook.frames.length;
    await pollUntil('a frame of the new page', () => notebook.frames.length > framesBefore);
    await connection.send('Target.closeTarget', { targetId });
    await pollUntil('the first page is shown again', () => notebook.textsOf('window.activated').length === 2);
    await expectLastFrameIsWhatIsShown();
    await connection.close();
  });

  test('says when the browser has gone', async () => {
    await chromium.close();
    await pollUntil('the loss is noticed', () => notebook.isLost);
  });
});
