import type { Notice } from '@afterimage/contracts';
import { buttonLabelsOf } from './button-labels.ts';
import type { NoticeAnswer } from './notice-presenter.ts';

export interface NoticeChoice {
  readonly label: string;
  readonly answer: NoticeAnswer;
}

/** What the user may answer; Enter is the last one, Escape the first. */
export function choicesOf({ language, requiresConsent }: Notice): readonly NoticeChoice[] {
  const { dismiss, accept, decline } = buttonLabelsOf(language);
  if (!requiresConsent) return [{ label: dismiss, answer: 'dismissed' }];
  return [
    { label: decline, answer: 'declined' },
    { label: accept, answer: 'accepted' },
  ];
}
