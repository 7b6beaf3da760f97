import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { XPainter } from '../../agent/test/x-painter.ts';
import type { XServer } from '../../agent/test/x-server.ts';

/** What a desktop showed, taken through a connection of its own that the agent knows nothing of. */
export interface DesktopCapture {
  /** Host wall clock, ms since 1970: the desktop had shown this picture for a while then, and still did afterwards. */
  readonly wallMs: number;
  /** RGBA in memory order, opaque. */
  readonly pixels: Uint32Array;
}

const terminals = ['first', 'second'];
const commands = [
  'seq 1 40',
  'ls -l /usr/bin | tail -n 30',
  'for i in 1 2 3 4 5 6; do tput setab $i; date +%N; done',
  'clear',
  'cal',
];
/** The least and the most that the desktop stays still for a capture; longer where the machine is late. */
const stillMs = [350, 500] as const;
/** A pause that ended later than this was no time in which everybody had their turn. */
const latenessMs = 15;
const mostPauses = 20;
const mostAttempts = 40;

/** An X display where terminals are typed in, scrolled and moved, and where a client draws between them. */
export class BusyDesktop {
  readonly #server: XServer;
  readonly #painter: XPainter;
  #last: DesktopCapture | undefined;

  static async open(server: XServer): Promise<BusyDesktop> {
    const painter = await XPainter.open(server.display);
    for (const [i, name] of terminals.entries()) {
      server.launch('xterm', '-title', name, '-geometry', `58x18+${60 + 330 * i}+${50 + 260 * i}`, '-e', 'sh');
      await server.run('xdotool', 'search', '--sync', '--onlyvisible', '--name', name);
    }
    return new BusyDesktop(server, painter);
  }

  private constructor(server: XServer, painter: XPainter) {
    this.#server = server;
    this.#painter = painter;
  }

  /** Does something at random, waits until nothing moves, and takes a picture that is not the one before. */
  async captureNext(): Promise<DesktopCapture> {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      await this.#act();
      const capture = await this.#captureStill();
      if (!capture || areSame(capture.pixels, this.#last?.pixels)) continue;
      this.#last = capture;
      return capture;
    }
    throw new Error('the desktop never was still with something new on it');
  }

  close(): void {
    this.#painter.close();
  }

  async #act(): Promise<void> {
    const action = randomInt(5);
    if (action === 0) return this.#draw();
    const name = pick(terminals);
    const find = ['search', '--onlyvisible', '--name', name];
    if (action === 1)
      return this.#xdotool(...find, 'windowraise', 'windowmove', `${randomInt(420)}`, `${randomInt(320)}`);
    if (action === 2) {
      const wheel = pick(['4', '5']);
      return this.#xdotool(...find, 'mousemove', '--window', '%1', '60', '60', 'click', '--repeat', '3', wheel);
    }
    return this.#xdotool(...find, 'windowfocus', '--sync', 'type', '--delay', '1', `${pick(commands)}\n`);
  }

  #draw(): void {
    for (let count = 1 + randomInt(6); count > 0; count--) {
      const [x, y] = [randomInt(600), randomInt(400)];
      if (randomInt(3) === 0) this.#painter.copy(x, y, randomInt(600), randomInt(400), 90, 70);
      else this.#painter.fill(randomInt(0x1000000), x, y, 1 + randomInt(100), 1 + randomInt(100));
    }
  }

  #xdotool(...words: string[]): Promise<void> {
    return this.#server.run('xdotool', ...words);
  }

  /** @returns undefined when the desktop changed in between */
  async #captureStill(): Promise<DesktopCapture | undefined> {
    const before = await this.#painter.capture();
    await letOthersWork(randomInt(...stillMs));
    const wallMs = Date.now();
    const after = await this.#painter.capture();
    return areSame(before.pixels, after.pixels) ? { wallMs, pixels: after.pixels.map(opaqueRgba) } : undefined;
  }
}

/** Pauses until a pause ended in time: the agent, too, has had its turn then. */
async function letOthersWork(pauseMs: number): Promise<void> {
  for (let count = 0; count < mostPauses; count++) {
    const dueMs = performance.now() + pauseMs;
    await pause(pauseMs);
    if (performance.now() - dueMs < latenessMs) return;
  }
}

function areSame(a: Uint32Array, b: Uint32Array | undefined): boolean {
  return b !== undefined && Buffer.from(a.buffer).equals(Buffer.from(b.buffer));
}

/** From the server's blue first. */
function opaqueRgba(pixel: number): number {
  return (0xff000000 | ((pixel & 0xff) << 16) | (pixel & 0xff00) | (pixel >> 16)) >>> 0;
}

function pick(choices: readonly string[]): string {
  return choices[randomInt(choices.length)] ?? '';
}
