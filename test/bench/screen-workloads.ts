/** Moving pictures of desktops, made in code so that anybody can repeat the measurement. */
export interface Workload {
  readonly name: string;
  readonly frames: number;
  /** Draws frame `index`; frames are drawn in order, 10 a second. */
  draw(pixels: Uint32Array, index: number): void;
}

export const width = 1280;
export const height = 1024;
export const framesPerSecond = 10;

const glyphWidth = 8;
const glyphHeight = 16;
const paper = 0xfffdfdfd;

function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Ninety glyphs of strokes with smoothed edges: 16 levels of ink per pixel. */
const glyphs = Array.from({ length: 90 }, (_, index) => {
  const random = randomSource(index + 1);
  const ink = new Uint8Array(glyphWidth * glyphHeight);
  for (let stroke = 0; stroke < 4; stroke++) {
    const isVertical = random() < 0.5;
    const at = 1 + Math.floor(random() * 5);
    const from = 3 + Math.floor(random() * 4);
    const length = 3 + Math.floor(random() * 6);
    for (let step = 0; step < length; step++) {
      const x = isVertical ? at : Math.min(6, 1 + step);
      const y = Math.min(13, isVertical ? from + step : from + at);
      ink[y * glyphWidth + x] = 15;
      const beside = y * glyphWidth + x + 1;
      ink[beside] = Math.max(ink[beside] ?? 0, Math.floor(random() * 3) * 5);
    }
  }
  return ink;
});

function drawText(pixels: Uint32Array, text: readonly number[], x: number, y: number, back = paper): void {
  for (const [column, glyph] of text.entries()) {
    const ink = glyphs[glyph];
    if (ink === undefined) continue;
    for (let row = 0; row < glyphHeight; row++) {
      const start = (y + row) * width + x + column * glyphWidth;
      for (let dot = 0; dot < glyphWidth; dot++) {
        const level = 255 - (ink[row * glyphWidth + dot] ?? 0) * 15;
        pixels[start + dot] = level === 255 ? back : (0xff000000 | (level * 0x10101)) >>> 0;
      }
    }
  }
}

/** Words of a small vocabulary, as text has them; -1 is a space. */
function line(random: () => number, columns: number): number[] {
  const text: number[] = [];
  while (text.length < columns * (0.3 + random() * 0.7)) {
    const word = randomSource(Math.floor(random() ** 2 * 800) + 1000);
    for (let letter = 2 + Math.floor(word() * 8); letter > 0; letter--) text.push(Math.floor(word() * 60));
    text.push(-1);
  }
  return text.slice(0, columns);
}

function fill(pixels: Uint32Array, x: number, y: number, w: number, h: number, colour: number): void {
  for (let row = y; row < y + h; row++) pixels.fill(colour, row * width + x, row * width + x + w);
}

/** Smooth colours with grain, as in a photograph. */
function photo(seed: number, w: number, h: number): Uint32Array {
  const random = randomSource(seed);
  const [a, b, c] = [random() * 0.02, random() * 0.02, random() * 0.02];
  const level = (value: number) => Math.max(0, Math.min(255, Math.round(128 + 90 * value + (random() - 0.5) * 8)));
  return Uint32Array.from({ length: w * h }, (_, at) => {
    const [x, y] = [at % w, Math.floor(at / w)];
    const red = level(Math.sin(x * a + y * b));
    const green = level(Math.sin(y * a + x * c));
    const blue = level(Math.cos(x * b - y * c));
    return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
  });
}

function paste(pixels: Uint32Array, picture: Uint32Array, w: number, h: number, x: number, y: number): void {
  for (let row = 0; row < h; row++) {
    if (y + row >= 0 && y + row < height) {
      pixels.set(picture.subarray(row * w, row * w + w), (y + row) * width + x);
    }
  }
}

function textWindow(seed: number, w: number, h: number): Uint32Array {
  const canvas = new Uint32Array(width * height).fill(paper);
  const random = randomSource(seed);
  fill(canvas, 0, 0, w, 24, 0xff804020);
  for (let y = 28; y + glyphHeight < h; y += 20) drawText(canvas, line(random, Math.floor(w / glyphWidth) - 2), 8, y);
  const out = new Uint32Array(w * h);
  for (let row = 0; row < h; row++) out.set(canvas.subarray(row * width, row * width + w), row * w);
  return out;
}

function terminal(): Workload {
  const random = randomSource(1);
  const rows = Math.floor(height / glyphHeight);
  const lines = Array.from({ length: rows }, () => line(random, width / glyphWidth));
  const draw = (pixels: Uint32Array) => {
    lines.splice(0, 3);
    while (lines.length < rows) lines.push(line(random, width / glyphWidth));
    pixels.fill(paper);
    for (const [row, text] of lines.entries()) drawText(pixels, text, 0, row * glyphHeight);
  };
  return { name: 'scrolling text', frames: 150, draw };
}

/** Text of letters that are 5 to 8 pixels wide, on lines of their own height, as browsers have it. */
function article(): Workload {
  const lines = Array.from({ length: 400 }, (_, seed) => line(randomSource(seed + 50), 90));
  const draw = (pixels: Uint32Array, index: number) => {
    pixels.fill(paper);
    const top = index * 53;
    for (const [row, text] of lines.entries()) {
      const y = row * 21 - (top % 6000);
      if (y < 0 || y + glyphHeight > height) continue;
      let x = 203;
      for (const glyph of text) {
        drawText(pixels, [glyph], x, y);
        x += glyph < 0 ? 5 : 6 + (glyph % 4);
      }
    }
  };
  return { name: 'article', frames: 100, draw };
}

function typing(): Workload {
  const random = randomSource(2);
  const text: number[] = [];
  const draw = (pixels: Uint32Array, index: number) => {
    if (index === 0) {
      pixels.fill(0xffc0b0a0);
      fill(pixels, 200, 40, 880, 940, paper);
    }
    if (index % 2 === 0) text.push(random() < 0.15 ? -1 : Math.floor(random() * 60));
    const column = (text.length - 1) % 100;
    const row = Math.floor((text.length - 1) / 100);
    drawText(pixels, text.slice(-1), 216 + column * glyphWidth, 60 + row * 20);
    fill(pixels, 216 + column * glyphWidth, 60 + row * 20, 2, 16, index % 10 < 5 ? 0xff000000 : paper);
  };
  return { name: 'typing', frames: 300, draw };
}

function windowMove(): Workload {
  const wallpaper = photo(3, width, height);
  const [w, h] = [700, 500];
  const window = textWindow(4, w, h);
  const draw = (pixels: Uint32Array, index: number) => {
    pixels.set(wallpaper);
    paste(pixels, window, w, h, 20 + Math.floor(260 * (1 + Math.sin(index / 9))), 30 + ((index * 7) % 400));
  };
  return { name: 'window move', frames: 100, draw };
}

function windowSwitch(): Workload {
  const windows = [textWindow(5, 1200, 900), textWindow(6, 1200, 900), textWindow(7, 1000, 1000)];
  const draw = (pixels: Uint32Array, index: number) => {
    if (index === 0) pixels.fill(0xff705030);
    const order = [0, 1, 0, 2, 1, 2, 0, 1][Math.floor(index / 15) % 8] ?? 0;
    const shown = windows[order];
    if (shown !== undefined) paste(pixels, shown, order === 2 ? 1000 : 1200, order === 2 ? 1000 : 900, 20, 10);
    fill(pixels, 60, 1000, 2, 12, index % 10 < 5 ? 0xff000000 : 0xffffffff);
  };
  return { name: 'window switch', frames: 240, draw };
}

function photoPage(): Workload {
  const photos = [8, 9, 10].map((seed) => photo(seed, 600, 400));
  const lines = Array.from({ length: 200 }, (_, seed) => line(randomSource(seed + 50), 60));
  const draw = (pixels: Uint32Array, index: number) => {
    const top = index * 40;
    pixels.fill(paper);
    for (const [row, text] of lines.entries()) {
      const y = row * 20 - (top % 4000);
      if (y >= 0 && y + glyphHeight <= height) drawText(pixels, text, 660, y);
    }
    for (let number = 0; number < 12; number++) {
      const picture = photos[number % photos.length];
      if (picture !== undefined) paste(pixels, picture, 600, 400, 30, number * 450 - (top % 4000));
    }
  };
  return { name: 'photo page', frames: 60, draw };
}

function idle(): Workload {
  const window = textWindow(11, 1200, 900);
  const draw = (pixels: Uint32Array, index: number) => {
    if (index > 0) return;
    pixels.fill(0xff705030);
    paste(pixels, window, 1200, 900, 20, 10);
  };
  return { name: 'idle', frames: 100, draw };
}

export const workloads: readonly (() => Workload)[] = [
  terminal,
  article,
  typing,
  windowMove,
  windowSwitch,
  photoPage,
  idle,
];
