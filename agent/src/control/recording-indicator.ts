import { describeError, type Logger } from '../log/logger.ts';
import { XConnection, type XConnectionOptions } from '../sources/x11/x-connection.ts';

export interface RecordingIndicatorOptions {
  readonly where: XConnectionOptions;
  /** Whether the user's own recording is on; asked twice a second. */
  readonly isOn: () => boolean;
  readonly log: Logger;
}

const lookEveryMs = 500;
const sidePixels = 14;
const marginPixels = 6;
const red = 0xd01c1c;
const white = 0xffffff;

/** A red square in the upper right corner while users have themselves recorded (USR-004). It is in the recording. */
export class RecordingIndicator {
  readonly #options: RecordingIndicatorOptions;
  readonly #timer: NodeJS.Timeout;
  #connection: XConnection | undefined;
  #window = 0;
  #isBusy = false;

  constructor(options: RecordingIndicatorOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#hide();
  }

  async #look(): Promise<void> {
    const { isOn, log } = this.#options;
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      if (!isOn()) this.#hide();
      else if (this.#connection) this.#connection.client.RaiseWindow(this.#window);
      else await this.#show();
    } catch (error) {
      log('warn', 'recording indicator cannot be shown', describeError(error));
    } finally {
      this.#isBusy = false;
    }
  }

  async #show(): Promise<void> {
    const { where, isOn } = this.#options;
    const connection = await XConnection.open(where);
    this.#connection = connection;
    void connection.closed.then(() => this.#hide());
    const { client, root, screen } = connection;
    this.#window = client.AllocID();
    const x = screen.pixel_width - sidePixels - marginPixels - 2;
    const values = { backgroundPixel: red, borderPixel: white, overrideRedirect: 1 };
    client.CreateWindow(this.#window, root, x, marginPixels, sidePixels, sidePixels, 1, 0, 0, 0, values);
    client.MapWindow(this.#window);
    if (!isOn()) this.#hide();
  }

  /** The window goes with its connection. */
  #hide(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close();
  }
}
