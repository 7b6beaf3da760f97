import type { Notice } from '@afterimage/contracts';
import type { SessionNotices, Told } from '../notice/session-notices.ts';

/** Whether the user of one session has been told, and asked. One question at a time. */
export class UserConsent {
  readonly #notices: SessionNotices;
  /** Takes from the screen what the user has been told. */
  readonly #ending = new AbortController();
  #asking: AbortController | undefined;

  constructor(notices: SessionNotices) {
    this.#notices = notices;
  }

  get isAsking(): boolean {
    return this.#asking !== undefined;
  }

  /** @returns undefined when the question was withdrawn */
  async ask(notice: Notice): Promise<Told | undefined> {
    const asking = new AbortController();
    this.#asking = asking;
    const told = await this.#notices.tell(notice, AbortSignal.any([asking.signal, this.#ending.signal]));
    if (this.#asking !== asking) return undefined;
    this.#asking = undefined;
    return told;
  }

  /** In the middle of a session nobody is asked for consent (A14). */
  async inform(notice: Notice | undefined): Promise<void> {
    if (notice) await this.#notices.tell({ ...notice, requiresConsent: false }, this.#ending.signal);
  }

  withdrawQuestion(): void {
    this.#asking?.abort();
    this.#asking = undefined;
  }

  /** The session is over. */
  close(): void {
    this.withdrawQuestion();
    this.#ending.abort();
  }
}
