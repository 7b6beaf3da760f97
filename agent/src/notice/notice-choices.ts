import type { Notice } from '@afterimage/contracts';
import type { DialogChoice } from '../dialog/dialog-content.ts';
import { buttonLabelsOf } from './button-labels.ts';
import type { NoticeAnswer } from './notice-presenter.ts';

/** What the user may answer. */
export function choicesOf({ language, requiresConsent }: Notice): readonly DialogChoice<NoticeAnswer>[] {
  const { dismiss, accept, decline } = buttonLabelsOf(language);
  if (!requiresConsent) return [{ label: dismiss, answer: 'dismissed' }];
  return [
    { label: decline, answer: 'declined' },
    { label: accept, answer: 'accepted' },
  ];
}
