/** What tells a player that more of its recording is stored. */
export interface LiveLink {
  /** Called on every tick: nothing here has a clock of its own. */
  tick(nowMs: number, isUnderWay: boolean): void;
  /** True once after the service said that there is more. */
  takeNews(): boolean;
  /** How often to ask without having been told. */
  readonly askIntervalMs: number;
  /** The service does not let anybody watch live; what is stored is shown as it comes. */
  readonly isForbidden: boolean;
  /** Stops watching; the next tick begins anew. */
  letGo(): void;
}
