/** Several pages are open; one is what the user sees: the visible one that was opened or shown last. */
export class ActivePage {
  /** Page session → is it visible; in the order in which they were last shown. */
  readonly #pages = new Map<string, boolean>();

  get sessionId(): string | undefined {
    let active: string | undefined;
    for (const [sessionId, isVisible] of this.#pages) if (isVisible) active = sessionId;
    return active;
  }

  /** A page that has been visible all along keeps its place. */
  show(sessionId: string): void {
    if (this.#pages.get(sessionId)) return;
    this.#pages.delete(sessionId);
    this.#pages.set(sessionId, true);
  }

  hide(sessionId: string): void {
    if (this.#pages.has(sessionId)) this.#pages.set(sessionId, false);
  }

  close(sessionId: string): void {
    this.#pages.delete(sessionId);
  }
}
