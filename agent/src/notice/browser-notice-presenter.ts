import { setTimeout as delay } from 'node:timers/promises';
import type { Notice } from '@afterimage/contracts';
import * as z from 'zod';
import type { BrowserSource } from '../sources/browser/browser-source.ts';
import type { OwnPage } from '../sources/browser/own-page.ts';
import { noticeScript } from './browser-notice-page.ts';
import { type NoticeAnswer, NoticeNotShownError, type NoticePresenter, type ShownNotice } from './notice-presenter.ts';

/** A page that is being closed may say so after what was asked of it has failed. */
const closingMs = 500;

const answerSchema = z.enum(['dismissed', 'accepted', 'declined']);

/** Shows notices on a page of their own in front of the recorded ones; it is no part of the recording. */
export class BrowserNoticePresenter implements NoticePresenter {
  readonly #source: BrowserSource;

  /** @param source must have been started */
  constructor(source: BrowserSource) {
    this.#source = source;
  }

  async show(notice: Notice, signal: AbortSignal): Promise<ShownNotice> {
    try {
      const page = await this.#source.openOwnPage('about:blank');
      signal.addEventListener('abort', () => void page.close(), { once: true });
      if (signal.aborted) void page.close();
      return { answer: answerOn(page, notice, signal) };
    } catch (cause) {
      throw new NoticeNotShownError('the browser did not show it', cause);
    }
  }
}

/** Who closes the page has seen it, and has not agreed to anything. */
async function answerOn(page: OwnPage, notice: Notice, signal: AbortSignal): Promise<NoticeAnswer> {
  const closed: NoticeAnswer = notice.requiresConsent ? 'declined' : 'dismissed';
  const answer = await Promise.race([page.evaluate(noticeScript(notice)).catch(() => 'lost'), page.closed]);
  const given = answerSchema.safeParse(answer);
  if (answer === 'lost') await Promise.race([page.closed, delay(closingMs)]);
  const wasClosed = answer === undefined || page.isClosed;
  await page.close();
  if (signal.aborted) return 'withdrawn';
  return given.data ?? (wasClosed ? closed : 'withdrawn');
}
