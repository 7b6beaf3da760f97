import { setTimeout as sleep } from 'node:timers/promises';
import { DevToolsConnection } from '@afterimage/agent';
import type { SeededRandom } from './seeded-random.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A pointer that a headless browser does not draw, so that a viewer sees what the hands do. */
const pointerScript = `addEventListener('DOMContentLoaded', () => {
  const pointer = document.createElement('div');
  pointer.popover = 'manual';
  pointer.style.cssText = 'position:fixed;inset:auto;margin:0;padding:0;border:0;width:14px;height:20px;background:#111;' +
    'clip-path:polygon(0 0,0 85%,28% 65%,48% 100%,66% 92%,48% 60%,88% 60%);pointer-events:none;overflow:visible';
  document.body.append(pointer);
  addEventListener('mousemove', (event) => {
    pointer.hidePopover();
    pointer.showPopover();
    pointer.style.left = event.clientX + 'px';
    pointer.style.top = event.clientY + 'px';
  }, true);
});`;

const stepMs = 45;

/** Works in a page as a person does: moves the pointer, clicks, types letter by letter, scrolls, and takes its time. */
export class PageHands {
  readonly #connection: DevToolsConnection;
  readonly #sessionId: string;
  readonly #random: SeededRandom;
  readonly #signal: AbortSignal;
  #at: Point = { x: 640, y: 400 };

  static async open(webSocketUrl: string, random: SeededRandom, signal: AbortSignal): Promise<PageHands> {
    const connection = await DevToolsConnection.open(webSocketUrl);
    const { targetInfos } = await connection.send('Target.getTargets');
    const page = (targetInfos as { targetId: string; type: string }[]).find(({ type }) => type === 'page');
    const attached = await connection.send('Target.attachToTarget', { targetId: page?.targetId, flatten: true });
    const hands = new PageHands(connection, String(attached.sessionId), random, signal);
    await hands.#send('Page.enable');
    await hands.#send('Page.addScriptToEvaluateOnNewDocument', { source: pointerScript });
    return hands;
  }

  private constructor(connection: DevToolsConnection, sessionId: string, random: SeededRandom, signal: AbortSignal) {
    this.#connection = connection;
    this.#sessionId = sessionId;
    this.#random = random;
    this.#signal = signal;
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async visit(url: string): Promise<void> {
    await this.#send('Page.navigate', { url });
    await this.pause(600, 1_000);
  }

  /** @throws when the wait is cut short by the signal */
  async pause(lowMs: number, highMs: number): Promise<void> {
    await sleep(this.#random.between(lowMs, highMs), undefined, { signal: this.#signal });
  }

  async click(selector: string): Promise<void> {
    const point = await this.#centreOf(selector);
    if (!point) return;
    await this.#moveTo(point);
    for (const type of ['mousePressed', 'mouseReleased']) {
      await this.#send('Input.dispatchMouseEvent', { type, ...point, button: 'left', clickCount: 1 });
    }
    await this.pause(250, 500);
  }

  /** Into the element that has the focus. */
  async type(text: string): Promise<void> {
    for (const letter of text) {
      if (letter === '\n') await this.press('Enter', '\r');
      else await this.#send('Input.insertText', { text: letter });
      await this.pause(60, 190);
    }
  }

  async press(key: string, text?: string): Promise<void> {
    await this.#send('Input.dispatchKeyEvent', {
      type: 'keyDown',
      key,
      code: key,
      text,
      windowsVirtualKeyCode: keyCodes[key],
    });
    await this.#send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode: keyCodes[key] });
  }

  async scroll(selector: string, notches: number): Promise<void> {
    const point = await this.#centreOf(selector);
    if (!point) return;
    await this.#moveTo(point);
    for (let notch = 0; notch < Math.abs(notches); notch++) {
      const deltaY = Math.sign(notches) * 96;
      await this.#send('Input.dispatchMouseEvent', { type: 'mouseWheel', ...point, deltaX: 0, deltaY });
      await this.pause(90, 260);
    }
  }

  /** Chooses an option of a list without opening it: a headless browser draws no open list. */
  async choose(selector: string, index: number): Promise<void> {
    const chosen = `const list = document.querySelector(${JSON.stringify(selector)}); list.selectedIndex = ${index};
      for (const type of ['input', 'change']) list.dispatchEvent(new Event(type, { bubbles: true }));`;
    await this.click(selector);
    await this.press('Escape');
    await this.#send('Runtime.evaluate', { expression: `{${chosen}}` });
    await this.pause(300, 600);
  }

  async #moveTo(point: Point): Promise<void> {
    const from = this.#at;
    const steps = Math.ceil(Math.hypot(point.x - from.x, point.y - from.y) / 70);
    for (let step = 1; step <= steps; step++) {
      const part = step / steps;
      const at = {
        x: Math.round(from.x + (point.x - from.x) * part),
        y: Math.round(from.y + (point.y - from.y) * part),
      };
      await this.#send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...at });
      await this.pause(stepMs, stepMs);
    }
    this.#at = point;
  }

  async #centreOf(selector: string): Promise<Point | undefined> {
    const expression = `(() => {
      const box = document.querySelector(${JSON.stringify(selector)})?.getBoundingClientRect();
      return box && { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + Math.min(box.height, innerHeight) / 2) };
    })()`;
    const { result } = await this.#send('Runtime.evaluate', { expression, returnByValue: true });
    return (result as { value?: Point }).value;
  }

  async #send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    this.#signal.throwIfAborted();
    return this.#connection.send(method, params, this.#sessionId);
  }
}

const keyCodes: Readonly<Record<string, number>> = { Enter: 13, Escape: 27, Tab: 9 };
