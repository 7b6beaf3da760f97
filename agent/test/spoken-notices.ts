import type { Notice } from '@afterimage/contracts';
import {
  type NoticeAnswer,
  NoticeNotShownError,
  type NoticePresenter,
  type ShownNotice,
} from '../src/notice/notice-presenter.ts';

/** Shows notices to a user whose part the test plays. */
export class SpokenNotices implements NoticePresenter {
  readonly shown: Notice[] = [];
  /** Why nothing can be shown. */
  failure: string | undefined;
  #answer: ((answer: NoticeAnswer) => void) | undefined;

  async show(notice: Notice, signal: AbortSignal): Promise<ShownNotice> {
    if (this.failure !== undefined) throw new NoticeNotShownError(this.failure);
    this.shown.push(notice);
    const { promise, resolve } = Promise.withResolvers<NoticeAnswer>();
    this.#answer = resolve;
    signal.addEventListener('abort', () => resolve('withdrawn'));
    return { answer: promise };
  }

  answer(answer: NoticeAnswer): void {
    this.#answer?.(answer);
  }
}
