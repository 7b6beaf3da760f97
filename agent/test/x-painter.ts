import type { Picture } from '@afterimage/recording';
import x11, { type XClient, type XDisplay } from 'x11';

interface DrawingClient extends XClient {
  CreateWindow(id: number, parent: number, x: number, y: number, width: number, height: number): void;
  MapWindow(id: number): void;
  ChangeGC(gc: number, values: { readonly foreground: number }): void;
  PolyFillRectangle(drawable: number, gc: number, rectangles: readonly number[]): void;
}

/**
 * A client of its own that draws and that captures by the core protocol, with nothing of the source but the package
 * that speaks to the server.
 */
export class XPainter {
  readonly #client: DrawingClient;
  readonly #root: number;
  readonly #window: number;
  readonly #context: number;

  static open(display: string): Promise<XPainter> {
    return new Promise((resolve, reject) => {
      const auth = { name: '', data: '' };
      const bufferRequests = { shouldFlush: () => false };
      const client = x11.createClient({ display, auth, bufferRequests }, (error, opened) => {
        if (error) reject(error);
        else resolve(new XPainter(opened));
      });
      client.on('error', reject);
    });
  }

  private constructor(display: XDisplay) {
    this.#client = display.client as DrawingClient;
    const [screen] = display.screen;
    if (!screen) throw new Error('no screen');
    this.#root = screen.root;
    this.#window = this.#client.AllocID();
    this.#context = this.#client.AllocID();
    this.#client.CreateWindow(this.#window, this.#root, 50, 40, 700, 500);
    this.#client.MapWindow(this.#window);
    this.#client.CreateGC(this.#context, this.#window, {});
  }

  fill(colour: number, ...rectangle: readonly [x: number, y: number, width: number, height: number]): void {
    this.#client.ChangeGC(this.#context, { foreground: colour });
    this.#client.PolyFillRectangle(this.#window, this.#context, rectangle);
  }

  /** Nobody sees a part of it. */
  atOnce(draw: () => void): void {
    this.#client.GrabServer();
    draw();
    this.#client.UngrabServer();
  }

  copy(fromX: number, fromY: number, toX: number, toY: number, width: number, height: number): void {
    this.#client.CopyArea(this.#window, this.#window, this.#context, fromX, fromY, toX, toY, width, height);
  }

  /** The screen once everything drawn so far is on it; opaque, blue first. */
  async capture(): Promise<Picture> {
    const { width, height } = await this.#ask<{ width: number; height: number }>((reply) =>
      this.#client.GetGeometry(this.#root, reply),
    );
    const { data } = await this.#ask<{ data: Buffer }>((reply) =>
      this.#client.GetImage(2, this.#root, 0, 0, width, height, 0xffffffff, reply),
    );
    const pixels = new Uint32Array(width * height);
    for (let at = 0; at < pixels.length; at++) pixels[at] = data.readUInt32LE(at * 4) & 0xffffff;
    return { width, height, pixels };
  }

  close(): void {
    this.#client.terminate();
  }

  #ask<T>(send: (reply: (error: Error | null | undefined, value: T) => boolean) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      send((error, value) => {
        if (error) reject(error);
        else resolve(value);
        return true;
      });
    });
  }
}
