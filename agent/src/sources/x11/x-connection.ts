import x11, { type Reply, type XClient, type XDisplay, type XEvent, type XScreen } from 'x11';
import { type DisplayName, parseDisplayName } from './display-name.ts';
import { findCookie } from './find-authority.ts';
import { X11Error } from './x11-error.ts';

export interface XConnectionOptions {
  readonly display: string;
  /** Default: `XAUTHORITY`, else `~/.Xauthority`. */
  readonly authorityFile?: string;
}

const openTimeoutMs = 5_000;

/**
 * One client of one X server. Requests made in one turn of the event loop leave in one write, so that a grab of the
 * server never waits for this process.
 */
export class XConnection {
  readonly name: DisplayName;
  readonly client: XClient;
  readonly screen: XScreen;
  readonly isLocal: boolean;
  /** Resolves once the server is gone or `close` was called. */
  readonly closed: Promise<void>;
  readonly #settleClosed: () => void;
  /** Rejects of requests without a reply yet: the package never answers those of a server that died. */
  readonly #waiting = new Set<(error: Error) => void>();
  #isClosed = false;

  /** @throws X11Error */
  static async open(options: XConnectionOptions): Promise<XConnection> {
    const name = parseDisplayName(options.display);
    const auth = await findCookie(name, options.authorityFile);
    return new XConnection(name, await connect(name, auth));
  }

  /** The package would let all connections of a process share one table of atoms, which each server numbers anew. */
  private constructor(name: DisplayName, display: XDisplay) {
    this.name = name;
    this.client = display.client;
    this.client.atoms = { ...this.client.atoms };
    this.screen = screenOf(name, display);
    this.isLocal = display.isLocalSocket;
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.#settleClosed = closed.resolve;
    this.client.on('end', () => this.#noteClosed());
    this.client.stream?.on('close', () => this.#noteClosed());
  }

  get root(): number {
    return this.screen.root;
  }

  /** Sends a request that has a reply. @throws X11Error `closed`; an XProtocolError when the server refuses it */
  request<T>(send: (reply: Reply<T>) => void): Promise<T> {
    if (this.#isClosed) return Promise.reject(this.#gone());
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      send((error, value) => {
        this.#waiting.delete(reject);
        if (error) reject(error);
        else resolve(value);
        return true;
      });
    });
  }

  onEvent(listener: (event: XEvent) => void): void {
    this.client.on('event', listener);
  }

  close(): void {
    if (this.#isClosed) return;
    this.client.terminate();
    this.client.stream?.destroy();
    this.#noteClosed();
  }

  #noteClosed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const reject of this.#waiting) reject(this.#gone());
    this.#waiting.clear();
    this.#settleClosed();
  }

  #gone(): X11Error {
    return new X11Error('closed', `the display ${this.name.text} has gone away`);
  }
}

/** Errors of requests without a reply, such as one to a window that has just closed, are expected and harmless. */
function connect(name: DisplayName, auth: { name: string; data: string }): Promise<XDisplay> {
  return new Promise((resolve, reject) => {
    let isOpen = false;
    const fail = (cause: Error) => {
      if (isOpen) return;
      clearTimeout(timer);
      client.stream?.destroy();
      reject(explain(name, cause));
    };
    const timer = setTimeout(() => fail(new Error('it does not answer')), openTimeoutMs);
    const bufferRequests = { shouldFlush: () => false };
    const client = x11.createClient({ display: name.text, auth, bufferRequests }, (error, display) => {
      if (error) return fail(error);
      clearTimeout(timer);
      isOpen = true;
      resolve(display);
    });
    client.on('error', fail);
  });
}

function explain(name: DisplayName, cause: Error): X11Error {
  if (/authori[sz]ation|no protocol specified|magic-cookie/i.test(cause.message)) {
    return new X11Error('not-authorised', `the display ${name.text} asks for a cookie that was not found`, { cause });
  }
  return new X11Error('unreachable', `the display ${name.text} cannot be reached: ${cause.message}`, { cause });
}

/** @throws X11Error `unsupported` unless pixels are 32 bits, blue first */
function screenOf(name: DisplayName, display: XDisplay): XScreen {
  const screen = display.screen[name.screen];
  if (!screen) throw new X11Error('unsupported', `the display ${name.text} has no screen ${name.screen}`);
  const visual = screen.depths[screen.root_depth]?.[screen.root_visual];
  const isBlueFirst = visual?.red_mask === 0xff0000 && visual.green_mask === 0xff00 && visual.blue_mask === 0xff;
  const isWide = display.format[screen.root_depth]?.bits_per_pixel === 32;
  if (isBlueFirst && isWide && display.image_byte_order === 0) return screen;
  throw new X11Error('unsupported', `the display ${name.text} has ${screen.root_depth}-bit pixels; 24-bit are needed`);
}
