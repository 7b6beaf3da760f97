import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { describeError } from '../log/logger.ts';
import type { ControlOutcome } from '../sessions/session-control.ts';
import type { BrowserSource } from '../sources/browser/browser-source.ts';
import type { OwnPage } from '../sources/browser/own-page.ts';
import { panelScript } from './browser-panel-page.ts';
import { describePanel, type PanelAnswer } from './session-panel.ts';
import type { SessionControlsOptions } from './x11-session-controls.ts';

export interface BrowserSessionPanelOptions extends SessionControlsOptions {
  /** Must have been started. */
  readonly source: BrowserSource;
}

const lookEveryMs = 1_000;
const answerSchema = z.enum(['start', 'stop', 'looked']);

/**
 * A page in the recorded browser, behind the user's own, on which they start and stop the recording of their session
 * (USR-003). It is no part of the recording, and is there until the user closes it.
 */
export class BrowserSessionPanel {
  readonly #options: BrowserSessionPanelOptions;
  readonly #running: Promise<void>;
  #page: OwnPage | undefined;
  #isClosed = false;

  constructor(options: BrowserSessionPanelOptions) {
    this.#options = options;
    this.#running = this.#run().catch((error) => {
      options.log('warn', 'the panel of a session cannot be shown', describeError(error));
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#page?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { source, control, sessionId } = this.#options;
    if (!control.status(sessionId)?.allowsUserInitiated) return;
    const page = await source.openOwnPage('about:blank', 'behind');
    this.#page = page;
    let outcome: ControlOutcome | undefined;
    while (!this.#isClosed && !page.isClosed) {
      const answer = await this.#show(page, outcome);
      if (answer === 'start') ({ outcome } = await control.startByUser(sessionId));
      else if (answer === 'stop') ({ outcome } = await control.stopByUser(sessionId));
      else if (answer === undefined) break;
    }
    await page.close();
  }

  /** @returns undefined once there is nothing to show or nobody to show it to */
  async #show(page: OwnPage, outcome: ControlOutcome | undefined): Promise<PanelAnswer | undefined> {
    const { control, sessionId, language = 'en' } = this.#options;
    const session = control.status(sessionId);
    if (!session) return undefined;
    const { choices, ...said } = describePanel({ session, outcome, language });
    const content = { ...said, choices: choices.filter(({ answer }) => answer !== 'looked') };
    const shown = page.evaluate(panelScript(content, language, lookEveryMs));
    const answer = await Promise.race([shown.catch(() => delay(lookEveryMs)), page.closed]);
    if (page.isClosed) return undefined;
    return answerSchema.safeParse(answer).data ?? 'looked';
  }
}
