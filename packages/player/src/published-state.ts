import { initialPlayerState, isSameState, type PlayerState } from './player-state.ts';

/** While it plays the position alone changes all the time: people need it no more often. */
const positionIntervalMs = 100;

/** The player's state as an external store: a new object only when something in it changed. */
export class PublishedState {
  readonly #listeners = new Set<() => void>();
  #current: PlayerState = initialPlayerState;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  get current(): PlayerState {
    return this.#current;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Nobody hears of anything any more. */
  close(): void {
    this.#listeners.clear();
  }

  tell(next: PlayerState, nowMs: number): void {
    if (isSameState(next, this.#current)) return;
    const isOnlyLater =
      next.status === 'playing' && isSameState({ ...next, positionMs: this.#current.positionMs }, this.#current);
    if (isOnlyLater && nowMs - this.#toldAtMs < positionIntervalMs) return;
    this.#toldAtMs = nowMs;
    this.#current = next;
    for (const listener of this.#listeners) listener();
  }
}
