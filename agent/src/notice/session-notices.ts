import type { Notice, NoticeReport, SessionId } from '@afterimage/contracts';
import { describeError, type Logger } from '../log/logger.ts';
import type { CapturedFrame } from '../sources/capture-source.ts';
import type { Clock } from '../time/clock.ts';
import type { ClockOffset } from '../transport/clock-offset.ts';
import { DialogCover } from './dialog-cover.ts';
import { NoticeNotShownError, type NoticePresenter, type ShownNotice } from './notice-presenter.ts';
import type { NoticeReports } from './notice-reports.ts';

export interface SessionNoticesOptions {
  readonly sessionId: SessionId;
  /** Absent where the user of the session can be told nothing. */
  readonly presenter: NoticePresenter | undefined;
  readonly reports: NoticeReports;
  readonly clock: Clock;
  readonly clockOffset: ClockOffset;
  readonly log: Logger;
  /** A dialog has gone: what was behind it has not been recorded yet. */
  readonly onUncovered: () => void;
}

/** `unanswered`: consent is needed and was neither given nor refused. */
export type Told = 'told' | 'declined' | 'unanswered';

/** Tells the user of one session what the policy says, asks for consent where it is needed, and reports both. */
export class SessionNotices {
  readonly #options: SessionNoticesOptions;
  readonly #cover: DialogCover;

  constructor(options: SessionNoticesOptions) {
    this.#options = options;
    this.#cover = new DialogCover(options.onUncovered);
  }

  /** The picture without the agent's own dialogs. */
  cover(frame: CapturedFrame): CapturedFrame {
    return this.#cover.apply(frame);
  }

  /**
   * Where consent is needed it resolves with the answer, otherwise as soon as the notice is shown or cannot be.
   *
   * @param signal takes the notice from the screen
   */
  async tell(notice: Notice, signal: AbortSignal): Promise<Told> {
    const shown = await this.#show(notice, signal);
    if (!shown) return notice.requiresConsent ? 'unanswered' : 'told';
    await this.#report(notice, 'shown');
    const answered = this.#reportAnswer(notice, shown);
    return notice.requiresConsent ? answered : 'told';
  }

  /** Puts on record that the user is not told, and why. */
  passOver(notice: Pick<Notice, 'language' | 'messagesVersion'>, reason: string): Promise<void> {
    return this.#report(notice, 'not-shown', reason);
  }

  async #show(notice: Notice, signal: AbortSignal): Promise<ShownNotice | undefined> {
    const { presenter, clock, log, sessionId } = this.#options;
    try {
      if (!presenter) throw new NoticeNotShownError('this session has no place for notices');
      const shown = await presenter.show(notice, signal);
      if (shown.area) this.#cover.cover(shown.area, shown.answer, () => clock.monotonicMs());
      return shown;
    } catch (error) {
      log('warn', 'notice could not be shown', { sessionId, ...describeError(error) });
      await this.#report(notice, 'not-shown', reasonOf(error));
      return undefined;
    }
  }

  async #reportAnswer(notice: Notice, shown: ShownNotice): Promise<Told> {
    const answer = await shown.answer;
    if (answer === 'withdrawn') {
      if (notice.requiresConsent) await this.#report(notice, 'not-shown', 'it was gone before it was answered');
      return 'unanswered';
    }
    await this.#report(notice, answer);
    if (answer === 'declined') return 'declined';
    return answer === 'accepted' || !notice.requiresConsent ? 'told' : 'unanswered';
  }

  #report(
    { language, messagesVersion }: Pick<Notice, 'language' | 'messagesVersion'>,
    answer: NoticeReport['answer'],
    reason?: string,
  ): Promise<void> {
    const { reports, sessionId, clock, clockOffset } = this.#options;
    const at = new Date(clockOffset.toServiceMs(clock.wallMs())).toISOString();
    return reports.add(sessionId, { answer, language, messagesVersion, at, ...(reason !== undefined && { reason }) });
  }
}

/** A label of the contract: one line, at most 256 characters. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (
    text
      .replaceAll(/\p{Cc}+/gu, ' ')
      .slice(0, 256)
      .trim() || 'unknown'
  );
}
