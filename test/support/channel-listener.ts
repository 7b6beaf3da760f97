import type { AgentNotice, ViewerNotice } from '@afterimage/contracts';
import { pollUntil } from './poll-until.ts';

type Notice = AgentNotice | ViewerNotice;

/** One connection to the channel, and everything it was told. */
export class ChannelListener {
  readonly notices: Notice[] = [];
  readonly #socket: WebSocket;

  /** @throws Error when the channel does not let in */
  static async connect(url: string): Promise<ChannelListener> {
    const socket = new WebSocket(url);
    const listener = new ChannelListener(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error('the channel did not let in')));
    });
    return listener;
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.notices.push(JSON.parse(String(data)) as Notice));
  }

  /** The first notice like this, waited for. */
  async hears(what: string, isWanted: (notice: Notice) => boolean): Promise<Notice> {
    return pollUntil(what, () => this.notices.find(isWanted) ?? false);
  }

  close(): void {
    this.#socket.close();
  }
}
