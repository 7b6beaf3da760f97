import type { Notice } from '@afterimage/contracts';
import type { Rectangle } from '@afterimage/recording';

/** `withdrawn`: taken from the screen, or gone with it, before the user answered. */
export type NoticeAnswer = 'dismissed' | 'accepted' | 'declined' | 'withdrawn';

/** A notice that the user sees. */
export interface ShownNotice {
  /** Where on the recorded screen; undefined when it is no part of that. */
  readonly area?: Rectangle;
  /** Settles once it is no longer shown. */
  readonly answer: Promise<NoticeAnswer>;
}

/** Shows notices to the user of one session. */
export interface NoticePresenter {
  /**
   * Resolves once the notice is on the screen.
   *
   * @param signal takes it from the screen
   * @throws NoticeNotShownError
   */
  show(notice: Notice, signal: AbortSignal): Promise<ShownNotice>;
}

/** The user could not be told. The message says why, in a few words for an administrator. */
export class NoticeNotShownError extends Error {
  constructor(reason: string, cause?: unknown) {
    super(reason, { cause });
    this.name = 'NoticeNotShownError';
  }
}
