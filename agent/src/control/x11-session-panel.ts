import type { SessionId } from '@afterimage/contracts';
import type { DialogContent } from '../dialog/dialog-content.ts';
import { NoLettersError, type OpenedDialog, openX11Dialog } from '../dialog/open-x11-dialog.ts';
import { describeError, type Logger } from '../log/logger.ts';
import type { ControlOutcome, SessionControl } from '../sessions/session-control.ts';
import { XConnection, type XConnectionOptions } from '../sources/x11/x-connection.ts';
import { describePanel, type PanelAnswer } from './session-panel.ts';

export interface X11SessionPanelOptions {
  readonly where: XConnectionOptions;
  readonly sessionId: SessionId;
  readonly control: SessionControl;
  /** BCP 47, of the user. */
  readonly language?: string | undefined;
  readonly log: Logger;
}

const lookEveryMs = 500;

/** The window in which a user starts and stops the recording of their own session (USR-003). */
export class X11SessionPanel {
  readonly #options: X11SessionPanelOptions;
  #closing: AbortController | undefined;

  constructor(options: X11SessionPanelOptions) {
    this.#options = options;
  }

  /** Shows it; shown, it goes. */
  async toggle(): Promise<void> {
    if (this.#closing) return this.close();
    const closing = new AbortController();
    this.#closing = closing;
    try {
      await this.#run(closing.signal);
    } catch (error) {
      this.#options.log('warn', 'the panel of a session cannot be shown', describeError(error));
    } finally {
      if (this.#closing === closing) this.#closing = undefined;
    }
  }

  close(): void {
    this.#closing?.abort();
    this.#closing = undefined;
  }

  /** A window shows one state; for another state there is another window in its place. */
  async #run(signal: AbortSignal): Promise<void> {
    const { control, sessionId } = this.#options;
    let outcome: ControlOutcome | undefined;
    for (;;) {
      const content = this.#describe(outcome);
      if (!content || signal.aborted) return;
      const answer = await this.#show(content, outcome, signal);
      if (answer === 'looked' || answer === 'gone') return;
      if (answer === 'start') ({ outcome } = await control.startByUser(sessionId));
      else if (answer === 'stop') ({ outcome } = await control.stopByUser(sessionId));
      else outcome = undefined;
    }
  }

  #describe(outcome: ControlOutcome | undefined): DialogContent<PanelAnswer> | undefined {
    const { control, sessionId, language } = this.#options;
    const session = control.status(sessionId);
    return session && describePanel({ session, outcome, language });
  }

  async #show(
    content: DialogContent<PanelAnswer>,
    outcome: ControlOutcome | undefined,
    signal: AbortSignal,
  ): Promise<PanelAnswer | 'outdated' | 'gone'> {
    const dialog = await this.#open(content, outcome);
    const text = JSON.stringify(content);
    let isOutdated = false;
    const look = setInterval(() => {
      isOutdated ||= JSON.stringify(this.#describe(outcome)) !== text;
      if (isOutdated || signal.aborted) dialog.close();
    }, lookEveryMs);
    try {
      const answer = await dialog.answer;
      if (answer !== 'withdrawn') return answer;
      return isOutdated && !signal.aborted ? 'outdated' : 'gone';
    } finally {
      clearInterval(look);
    }
  }

  /** In English where the display lacks the letters of the user's language. */
  async #open(
    content: DialogContent<PanelAnswer>,
    outcome: ControlOutcome | undefined,
  ): Promise<OpenedDialog<PanelAnswer>> {
    const { where, control, sessionId } = this.#options;
    const connection = await XConnection.open(where);
    try {
      return await openX11Dialog(connection, content).catch((error: unknown) => {
        const session = control.status(sessionId);
        if (!(error instanceof NoLettersError) || !session) throw error;
        return openX11Dialog(connection, describePanel({ session, outcome }));
      });
    } catch (error) {
      connection.close();
      throw error;
    }
  }
}
