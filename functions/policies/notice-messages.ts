import type { changeNoticeMessages, getNoticeMessages, RouteInput } from '@afterimage/contracts';
import { builtInNotices, type Clock, type NoticeMessagesStore, nowIso } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';

interface NoticeMessagesDependencies {
  noticeMessages: Pick<NoticeMessagesStore, 'find' | 'change'>;
  clock: Clock;
}

export async function showMessages({
  noticeMessages,
}: NoticeMessagesDependencies): Promise<Outcome<typeof getNoticeMessages>> {
  return done({ messages: await noticeMessages.find(), builtIn: [...builtInNotices] });
}

export async function setMessages(
  { noticeMessages, clock }: NoticeMessagesDependencies,
  { body: { expectedVersion, draft } }: RouteInput<typeof changeNoticeMessages>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof changeNoticeMessages>> {
  const stamp = { version: expectedVersion + 1, changedAt: nowIso(clock), changedBy: caller.userName };
  const messages = { ...draft, ...stamp };
  if (await noticeMessages.change(messages)) return done({ messages });
  const { changedBy = 'nobody', version } = await noticeMessages.find();
  return refuse(
    'policy-changed',
    `Nothing was changed: version ${version} is by ${changedBy}, and yours was made from version ${expectedVersion}. Load the messages again and make your change anew.`,
  );
}
