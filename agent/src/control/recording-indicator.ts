import { describeError, type Logger } from '../log/logger.ts';
import type { ControlledSession } from '../sessions/session-control.ts';
import { XConnection, type XConnectionOptions } from '../sources/x11/x-connection.ts';

/** `recording`: as the user or an administrator at the host has begun; `ready`: the user may begin one. */
export type IndicatorSign = 'recording' | 'ready' | 'none';

export interface RecordingIndicatorOptions {
  readonly where: XConnectionOptions;
  /** Asked twice a second. */
  readonly sign: () => IndicatorSign;
  readonly onPress: () => void;
  readonly log: Logger;
}

const lookEveryMs = 500;
const sidePixels = 14;
const dotPixels = 6;
const marginPixels = 6;
const colours = { recording: 0xd01c1c, ready: 0x6b7280, edge: 0xffffff } as const;
const buttonPress = 0x4;

/** Of what an administrator of the service or the policy has begun it says nothing: that is for notices. */
export function signOf({ recording, allowsUserInitiated }: ControlledSession): IndicatorSign {
  const isBegunHere = recording.initiator === 'user' || recording.startedBy !== undefined;
  if (recording.status !== 'not-recorded' && isBegunHere) return 'recording';
  return allowsUserInitiated ? 'ready' : 'none';
}

/**
 * A small square in the upper right corner: red while a recording is on that was begun at this host (USR-004), gray
 * where the user may begin one. It is in the recording.
 */
export class RecordingIndicator {
  readonly #options: RecordingIndicatorOptions;
  readonly #timer: NodeJS.Timeout;
  #connection: XConnection | undefined;
  #window = 0;
  #shown: IndicatorSign = 'none';
  #isBusy = false;
  #isClosed = false;

  constructor(options: RecordingIndicatorOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#isClosed = true;
    this.#hide();
  }

  async #look(): Promise<void> {
    const { sign, log } = this.#options;
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      const wanted = sign();
      if (wanted !== this.#shown) this.#hide();
      if (wanted === 'none') return;
      if (this.#connection) this.#connection.client.RaiseWindow(this.#window);
      else await this.#show(wanted);
    } catch (error) {
      log('warn', 'recording indicator cannot be shown', describeError(error));
    } finally {
      this.#isBusy = false;
    }
  }

  async #show(sign: 'recording' | 'ready'): Promise<void> {
    const { where, onPress } = this.#options;
    const connection = await XConnection.open(where);
    if (this.#isClosed) return connection.close();
    this.#connection = connection;
    this.#shown = sign;
    void connection.closed.then(() => this.#forget(connection));
    const { client, root, screen } = connection;
    this.#window = client.AllocID();
    const x = screen.pixel_width - sidePixels - marginPixels - 2;
    const values = { backgroundPixel: colours[sign], borderPixel: colours.edge, overrideRedirect: 1 };
    const all = { ...values, eventMask: buttonPress };
    client.CreateWindow(this.#window, root, x, marginPixels, sidePixels, sidePixels, 1, 0, 0, 0, all);
    if (sign === 'ready') this.#addDot(connection);
    connection.onEvent(({ name }) => {
      if (name === 'ButtonPress') onPress();
    });
    client.MapWindow(this.#window);
  }

  #addDot({ client }: XConnection): void {
    const dot = client.AllocID();
    const at = (sidePixels - dotPixels) / 2;
    client.CreateWindow(dot, this.#window, at, at, dotPixels, dotPixels, 0, 0, 0, 0, { backgroundPixel: colours.edge });
    client.MapWindow(dot);
  }

  /** The window goes with its connection. */
  #hide(): void {
    const connection = this.#connection;
    if (connection) this.#forget(connection);
    connection?.close();
  }

  #forget(connection: XConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#shown = 'none';
  }
}
