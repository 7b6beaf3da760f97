import { channelPing, channelPingIntervalMs, type ViewerNotice, viewerNoticeSchema } from '@afterimage/contracts';

/** What is used of a `WebSocket`. */
export type Socket = Pick<WebSocket, 'readyState' | 'addEventListener' | 'send' | 'close'>;

/** `WebSocket.OPEN`, for surroundings without one. */
const open = 1;

/** One connection to the channel: says whether notices came, and whether it still holds. */
export class NoticeSocket {
  readonly #socket: Socket;
  #hasNews = false;
  #isErased = false;
  #nextPingMs: number;
  isLost = false;

  constructor(socket: Socket, nowMs: number) {
    this.#socket = socket;
    this.#nextPingMs = nowMs + channelPingIntervalMs;
    socket.addEventListener('message', ({ data }) => {
      const notice = readNotice(data);
      this.#hasNews ||= notice !== undefined;
      this.#isErased ||= notice?.state === 'erased';
    });
    socket.addEventListener('close', () => {
      this.isLost = true;
    });
    socket.addEventListener('error', () => {
      this.isLost = true;
    });
  }

  get isOpen(): boolean {
    return !this.isLost && this.#socket.readyState === open;
  }

  get isErased(): boolean {
    return this.#isErased;
  }

  takeNews(): boolean {
    const hadNews = this.#hasNews;
    this.#hasNews = false;
    return hadNews;
  }

  tick(nowMs: number): void {
    if (!this.isOpen || nowMs < this.#nextPingMs) return;
    this.#nextPingMs = nowMs + channelPingIntervalMs;
    this.#socket.send(channelPing);
  }

  close(): void {
    this.isLost = true;
    this.#socket.close();
  }
}

/** What says nothing that is understood here is not worth asking for. */
function readNotice(data: unknown): ViewerNotice | undefined {
  try {
    return viewerNoticeSchema.safeParse(JSON.parse(String(data))).data;
  } catch {
    return undefined;
  }
}
