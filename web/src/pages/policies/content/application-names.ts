/** Finds the published names of ids; those without one are left out. */
export type FindNames = (ids: readonly string[]) => Promise<readonly { resourceId: string; displayName: string }[]>;

/** The service takes no more at once. */
const mostAsked = 1_000;

/**
 * The names under which applications are published, found as they are asked for: all that one picture of the console
 * asks for go together. An id has one name here; where several sites publish it, that of the first.
 */
export class ApplicationNames {
  readonly #find: FindNames;
  readonly #names = new Map<string, string | undefined>();
  readonly #listeners = new Set<() => void>();
  #waiting: string[] = [];
  #version = 0;

  constructor(find: FindNames) {
    this.#find = find;
  }

  /** Another number once more names are known. */
  readonly version = (): number => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Undefined while it is not known, where there is none, and where it is the id itself. */
  nameOf(id: string): string | undefined {
    const key = id.toLowerCase();
    if (!this.#names.has(key)) {
      this.#names.set(key, undefined);
      this.#waiting.push(id);
      if (this.#waiting.length === 1) setTimeout(() => void this.#ask());
    }
    return this.#names.get(key);
  }

  /** Without an answer ids stay without names until the console is opened again. */
  async #ask(): Promise<void> {
    const asked = this.#waiting;
    this.#waiting = [];
    for (let first = 0; first < asked.length; first += mostAsked) {
      const found = await this.#find(asked.slice(first, first + mostAsked)).catch(() => []);
      for (const { resourceId, displayName } of found.toReversed()) {
        if (displayName !== resourceId) this.#names.set(resourceId.toLowerCase(), displayName);
      }
    }
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}
