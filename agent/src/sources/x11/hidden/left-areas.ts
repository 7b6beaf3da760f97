import type { Rectangle } from '@afterimage/recording';

interface LeftArea {
  readonly area: Rectangle;
  readonly untilMs: number;
}

/** Places that hidden windows have left and that may still show them. Those that touch are kept as one. */
export class LeftAreas {
  #areas: LeftArea[] = [];

  add(area: Rectangle, untilMs: number): void {
    const touching = this.#areas.filter((left) => isTouching(left.area, area));
    const others = this.#areas.filter((left) => !touching.includes(left));
    const joined = touching.reduce((around, left) => boundsOf(around, left.area), area);
    const lastMs = Math.max(untilMs, ...touching.map((left) => left.untilMs));
    this.#areas = [...others, { area: joined, untilMs: lastMs }];
  }

  /** Forgets those whose time is over. */
  at(nowMs: number): Rectangle[] {
    this.#areas = this.#areas.filter(({ untilMs }) => untilMs > nowMs);
    return this.#areas.map(({ area }) => area);
  }

  /** When each of them is over. */
  ends(): number[] {
    return this.#areas.map(({ untilMs }) => untilMs);
  }
}

function isTouching(first: Rectangle, second: Rectangle): boolean {
  const isBeside = first.x > second.x + second.width || second.x > first.x + first.width;
  return !isBeside && first.y <= second.y + second.height && second.y <= first.y + first.height;
}

function boundsOf(first: Rectangle, second: Rectangle): Rectangle {
  const x = Math.min(first.x, second.x);
  const y = Math.min(first.y, second.y);
  const width = Math.max(first.x + first.width, second.x + second.width) - x;
  const height = Math.max(first.y + first.height, second.y + second.height) - y;
  return { x, y, width, height };
}
