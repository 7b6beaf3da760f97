import type { Notice } from '@afterimage/contracts';
import { NoLettersError, openX11Dialog } from '../dialog/open-x11-dialog.ts';
import { XConnection, type XConnectionOptions } from '../sources/x11/x-connection.ts';
import { choicesOf } from './notice-choices.ts';
import { NoticeNotShownError, type NoticePresenter, type ShownNotice } from './notice-presenter.ts';

const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** Shows notices in a window of their own on an X display, with or without a window manager. */
export class X11NoticePresenter implements NoticePresenter {
  readonly #options: XConnectionOptions;

  constructor(options: XConnectionOptions) {
    this.#options = options;
  }

  async show(notice: Notice, signal: AbortSignal): Promise<ShownNotice> {
    if (rightToLeft.test(notice.title + notice.body)) {
      throw new NoticeNotShownError('text from right to left cannot be shown on this display');
    }
    const connection = await this.#connect();
    try {
      const { title, body } = notice;
      const dialog = await openX11Dialog(connection, { title, body, choices: choicesOf(notice) });
      signal.addEventListener('abort', () => dialog.close(), { once: true });
      if (signal.aborted) dialog.close();
      return dialog;
    } catch (cause) {
      connection.close();
      const reason = cause instanceof NoLettersError ? cause.message : 'the display did not show it';
      throw new NoticeNotShownError(reason, cause);
    }
  }

  async #connect(): Promise<XConnection> {
    try {
      return await XConnection.open(this.#options);
    } catch (cause) {
      throw new NoticeNotShownError(cause instanceof Error ? cause.message : 'the display cannot be reached', cause);
    }
  }
}
