import { DevToolsConnection, DevToolsError } from '../src/sources/browser/devtools-connection.ts';
import { type DecodedPng, decodePng } from '../src/sources/browser/png-decoder.ts';

/** What a page showed, taken through a connection of its own that the agent knows nothing of. */
export interface IndependentCapture extends DecodedPng {
  /** Host wall clock, ms since 1970: the page showed this picture from before to after. */
  readonly beforeWallMs: number;
  readonly afterWallMs: number;
}

/**
 * Takes pictures of a page beside the recording. A picture counts only when the page was still: two captures, `stillMs`
 * apart, that do not differ in a single pixel.
 */
export class IndependentCamera {
  readonly #connection: DevToolsConnection;
  readonly #sessionId: string;

  /** The first page of the browser. */
  static async open(webSocketUrl: string): Promise<IndependentCamera> {
    const connection = await DevToolsConnection.open(webSocketUrl);
    const { targetInfos } = await connection.send('Target.getTargets');
    const page = (targetInfos as { targetId: string; type: string }[]).find(({ type }) => type === 'page');
    const attached = await connection.send('Target.attachToTarget', { targetId: page?.targetId, flatten: true });
    return new IndependentCamera(connection, String(attached.sessionId));
  }

  private constructor(connection: DevToolsConnection, sessionId: string) {
    this.#connection = connection;
    this.#sessionId = sessionId;
  }

  /** @returns undefined when the page changed in between */
  async captureStill(stillMs: number): Promise<IndependentCapture | undefined> {
    const beforeWallMs = Date.now();
    const first = await this.#capture();
    await new Promise((resolve) => setTimeout(resolve, stillMs));
    const second = await this.#capture();
    const afterWallMs = Date.now();
    return first && second && areSame(first, second) ? { ...first, beforeWallMs, afterWallMs } : undefined;
  }

  async evaluate(expression: string): Promise<void> {
    await this.#connection.send('Runtime.evaluate', { expression, awaitPromise: true }, this.#sessionId);
  }

  async navigate(url: string): Promise<void> {
    await this.#connection.send('Page.navigate', { url }, this.#sessionId);
  }

  async resize(width: number, height: number): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.#connection.send('Emulation.setDeviceMetricsOverride', metrics, this.#sessionId);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  /** A page that is being replaced by the next one gives no picture. */
  async #capture(): Promise<DecodedPng | undefined> {
    try {
      const answer = await this.#connection.send('Page.captureScreenshot', { format: 'png' }, this.#sessionId);
      return decodePng(Buffer.from(String(answer.data), 'base64'));
    } catch (error) {
      if (error instanceof DevToolsError) return undefined;
      throw error;
    }
  }
}

export function areSame(a: { pixels: Uint32Array }, b: { pixels: Uint32Array }): boolean {
  return bytesOf(a.pixels).equals(bytesOf(b.pixels));
}

function bytesOf(pixels: Uint32Array): Buffer {
  return Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
}
