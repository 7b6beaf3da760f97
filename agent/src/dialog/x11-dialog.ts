import type { Rectangle } from '@afterimage/recording';
import type { XEvent } from 'x11';
import type { XConnection } from '../sources/x11/x-connection.ts';
import { type DialogLayout, dialogPadding, type LaidOutButton, widthOfText } from './x11-dialog-layout.ts';
import { type FontFace, faceOf } from './x11-fonts.ts';

/** Masks of the core protocol: key and button presses, exposure, visibility. */
const eventMask = 0x1 | 0x4 | 0x8000 | 0x10000;
const colours = { paper: 0xffffff, ink: 0x1a1a1a, title: 0x1f3a5f, titleInk: 0xffffff, button: 0xe6e9ee } as const;
const keysyms = { enter: [0xff0d, 0xff8d], escape: [0xff1b], up: [0xff52, 0xff55], down: [0xff54, 0xff56] } as const;
const scrollButtons = { up: 4, down: 5 } as const;
/** Who was typing when the window came has not answered it. */
const deafToKeysMs = 700;
/** Two windows that both want to be in front must not keep the server busy. */
const raiseAgainMs = 200;
/** Of a text item of the protocol. */
const maxItemLength = 254;
const revertToPointerRoot = 1;

export interface X11DialogOptions<Answer extends string> {
  readonly connection: XConnection;
  readonly title: string;
  readonly layout: DialogLayout<Answer>;
  readonly faces: readonly FontFace[];
  /** By key: what it means without modifiers. */
  readonly keysymOf: (key: number) => number | undefined;
}

/**
 * A window that no window manager can put away: it places itself in front, again and again if need be, and takes the
 * keyboard's focus once. It goes when it is answered or closed.
 */
export class X11Dialog<Answer extends string> {
  readonly answer: Promise<Answer | 'withdrawn'>;
  readonly #options: X11DialogOptions<Answer>;
  readonly #window: number;
  readonly #context: number;
  readonly #settle: (answer: Answer | 'withdrawn') => void;
  readonly #openedMs = performance.now();
  #raisedMs = 0;
  #firstLine = 0;

  constructor(options: X11DialogOptions<Answer>) {
    const { connection, layout } = options;
    const { client, root } = connection;
    const { x, y, width, height } = layout.area;
    this.#options = options;
    this.#window = client.AllocID();
    this.#context = client.AllocID();
    const answered = Promise.withResolvers<Answer | 'withdrawn'>();
    this.#settle = answered.resolve;
    void connection.closed.then(() => answered.resolve('withdrawn'));
    this.answer = answered.promise.finally(() => this.#close());
    const values = { backgroundPixel: colours.paper, overrideRedirect: 1, eventMask };
    client.CreateWindow(this.#window, root, x, y, width, height, 0, 0, 0, 0, values);
    client.CreateGC(this.#context, this.#window, { graphicsExposures: 0 });
    connection.onEvent((event) => this.#take(event));
  }

  /** @returns once it is on the screen. @throws X11Error */
  async open(): Promise<void> {
    const { connection } = this.#options;
    const { client } = connection;
    await this.#setTitle();
    client.MapWindow(this.#window);
    client.RaiseWindow(this.#window);
    client.SetInputFocus(this.#window, revertToPointerRoot);
    this.#draw();
    await connection.request((reply) => client.GetInputFocus(reply));
  }

  close(): void {
    this.#settle('withdrawn');
  }

  /** Gone from the screen when it resolves. */
  async #close(): Promise<void> {
    const { connection } = this.#options;
    const { client } = connection;
    try {
      client.DestroyWindow(this.#window);
      await connection.request((reply) => client.GetInputFocus(reply));
    } catch {
      return;
    } finally {
      connection.close();
    }
  }

  /** For programs that list windows; a window without a frame does not show it by itself. */
  async #setTitle(): Promise<void> {
    const { connection, title } = this.#options;
    const { client } = connection;
    const atomOf = (name: string) => connection.request<number>((reply) => client.InternAtom(false, name, reply));
    const [name, type] = await Promise.all([atomOf('_NET_WM_NAME'), atomOf('UTF8_STRING')]);
    client.ChangeProperty(0, this.#window, name, type, 8, Buffer.from(title));
  }

  #take(event: XEvent): void {
    if (event.wid !== this.#window) return;
    if (event.name === 'Expose') this.#draw();
    else if (event.name === 'VisibilityNotify' && event.state !== 0) this.#raise();
    else if (event.name === 'ButtonPress') this.#press(event);
    else if (event.name === 'KeyPress') this.#type(event);
  }

  #raise(): void {
    const waitMs = this.#raisedMs + raiseAgainMs - performance.now();
    this.#raisedMs = performance.now() + Math.max(0, waitMs);
    setTimeout(() => this.#options.connection.client.RaiseWindow(this.#window), Math.max(0, waitMs)).unref();
  }

  #press({ keycode, x = 0, y = 0 }: XEvent): void {
    const { connection, layout } = this.#options;
    connection.client.SetInputFocus(this.#window, revertToPointerRoot);
    if (keycode === scrollButtons.up) this.#scroll(-1);
    else if (keycode === scrollButtons.down) this.#scroll(1);
    else {
      const button = layout.buttons.find(({ area }) => isInside(area, x, y));
      if (button) this.#settle(button.answer);
    }
  }

  #type({ keycode = 0 }: XEvent): void {
    const keysym = this.#options.keysymOf(keycode);
    const means = (some: readonly number[]) => keysym !== undefined && some.includes(keysym);
    if (means(keysyms.up)) this.#scroll(-1);
    if (means(keysyms.down)) this.#scroll(1);
    if (performance.now() - this.#openedMs < deafToKeysMs) return;
    const { buttons } = this.#options.layout;
    const chosen = means(keysyms.enter) ? buttons[0] : means(keysyms.escape) ? buttons.at(-1) : undefined;
    if (chosen) this.#settle(chosen.answer);
  }

  #scroll(byLines: number): void {
    const { lines, visibleLines } = this.#options.layout;
    const last = Math.max(0, lines.length - visibleLines);
    this.#firstLine = Math.min(last, Math.max(0, this.#firstLine + byLines));
    this.#draw();
  }

  #draw(): void {
    const { title, layout, faces } = this.#options;
    const { area, titleHeight, lineHeight, lines, visibleLines, buttons } = layout;
    const ascent = Math.max(...faces.map((face) => face.ascent));
    this.#fill(colours.paper, { x: 0, y: 0, width: area.width, height: area.height });
    this.#fill(colours.title, { x: 0, y: 0, width: area.width, height: titleHeight });
    this.#write(title, dialogPadding, 10 + ascent, colours.titleInk);
    const firstBaseline = titleHeight + dialogPadding + ascent;
    lines.slice(this.#firstLine, this.#firstLine + visibleLines).forEach((line, index) => {
      this.#write(line, dialogPadding, firstBaseline + index * lineHeight, colours.ink);
    });
    this.#drawScrollBar();
    for (const button of buttons) this.#drawButton(button, ascent);
    this.#outline({ x: 0, y: 0, width: area.width, height: area.height });
  }

  #drawButton({ area, label }: LaidOutButton<Answer>, ascent: number): void {
    const { faces } = this.#options;
    this.#fill(colours.button, area);
    this.#outline(area);
    const x = area.x + Math.floor((area.width - widthOfText(faces, label)) / 2);
    this.#write(label, x, area.y + 9 + ascent, colours.ink);
  }

  /** Only where there is more text than room. */
  #drawScrollBar(): void {
    const { area, titleHeight, lineHeight, lines, visibleLines } = this.#options.layout;
    if (lines.length <= visibleLines) return;
    const track = visibleLines * lineHeight;
    const height = Math.max(8, Math.floor((track * visibleLines) / lines.length));
    const y = titleHeight + dialogPadding + Math.floor((track * this.#firstLine) / lines.length);
    this.#fill(colours.title, { x: area.width - 10, y, width: 4, height });
  }

  #fill(colour: number, { x, y, width, height }: Rectangle): void {
    const { client } = this.#options.connection;
    client.ChangeGC(this.#context, { foreground: colour });
    client.PolyFillRectangle(this.#window, this.#context, [x, y, width, height]);
  }

  #outline({ x, y, width, height }: Rectangle): void {
    const { client } = this.#options.connection;
    client.ChangeGC(this.#context, { foreground: colours.title });
    client.PolyRectangle(this.#window, this.#context, [x, y, width - 1, height - 1]);
  }

  /** Each run of characters in the first font that has them. */
  #write(text: string, x: number, baseline: number, colour: number): void {
    const { connection, faces } = this.#options;
    const { client } = connection;
    for (const { face, run } of runsOf(faces, text)) {
      client.ChangeGC(this.#context, { foreground: colour, font: face.id });
      client.PolyText16(this.#window, this.#context, x, baseline, [run]);
      x += widthOfText([face], run);
    }
  }
}

function runsOf(faces: readonly FontFace[], text: string): { face: FontFace; run: string }[] {
  const runs: { face: FontFace; run: string }[] = [];
  for (const given of text) {
    const character = faceOf(faces, given) ? given : '?';
    const face = faceOf(faces, character);
    const last = runs.at(-1);
    if (!face) continue;
    if (last?.face === face && last.run.length < maxItemLength) last.run += character;
    else runs.push({ face, run: character });
  }
  return runs;
}

function isInside({ x, y, width, height }: Rectangle, pointX: number, pointY: number): boolean {
  return pointX >= x && pointX < x + width && pointY >= y && pointY < y + height;
}
