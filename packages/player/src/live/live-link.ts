/**
 * `under-way`: more may come. `ended`: all that is stored can be played, and all that may still come is its end.
 * `over`: nothing is known of it yet, or nothing can be played.
 */
export type Standing = 'under-way' | 'ended' | 'over';

/** What tells a player that more of its recording is stored, or that nothing of it is any more. */
export interface LiveLink {
  /** Called on every tick: nothing here has a clock of its own. */
  tick(nowMs: number, standing: Standing): void;
  /** True once after the service said that there is more. */
  takeNews(): boolean;
  /** How often to ask without having been told. */
  readonly askIntervalMs: number;
  /** The service does not let anybody watch live; what is stored is shown as it comes. */
  readonly isForbidden: boolean;
  /** The recording was erased: nothing of it may be shown from now on. */
  readonly isErased: boolean;
  /** Stops watching; the next tick begins anew. */
  letGo(): void;
}
