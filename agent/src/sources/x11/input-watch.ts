import type { ScreenSaverExtension } from 'x11';
import type { XConnection } from './x-connection.ts';

/** Tells whether keyboard or mouse were used, by the idle time that the server keeps; not what was typed. */
export class InputWatch {
  readonly #connection: XConnection;
  readonly #saver: ScreenSaverExtension;
  #lastInputMs = Number.NEGATIVE_INFINITY;

  /** @returns undefined where the server keeps no idle time */
  static async open(connection: XConnection): Promise<InputWatch | undefined> {
    try {
      const saver = await connection.request<ScreenSaverExtension>((reply) =>
        connection.client.require('screen-saver', reply),
      );
      return new InputWatch(connection, saver);
    } catch {
      return undefined;
    }
  }

  private constructor(connection: XConnection, saver: ScreenSaverExtension) {
    this.#connection = connection;
    this.#saver = saver;
  }

  /** @returns whether there was input since the last call */
  async hasNewInput(nowMs: number): Promise<boolean> {
    const { idle } = await this.#connection.request<{ readonly idle: number }>((reply) =>
      this.#saver.QueryInfo(this.#connection.root, reply),
    );
    const inputMs = nowMs - idle;
    const isNew = inputMs > this.#lastInputMs + toleranceMs;
    if (isNew) this.#lastInputMs = inputMs;
    return isNew;
  }
}

/** The answer is on its way for a while, so the same input seems to move a little. */
const toleranceMs = 50;
