import type { Notice, RecordingDecision, SessionAttributes } from '@afterimage/contracts';
import {
  builtInNotices,
  type Clock,
  chooseNotice,
  evaluateRecordingPolicy,
  nowIso,
  type PolicyLibrary,
  type Site,
  tellsUser,
  withNotice,
} from '@afterimage/core';

export interface DecisionDependencies {
  library: Pick<PolicyLibrary, 'findPolicy' | 'findNotices'>;
  clock: Clock;
}

/** By one version of one policy, with what the user is to be told. */
export async function decideNow(
  { library, clock }: DecisionDependencies,
  { activePolicy, settings, noticeMessagesVersion }: Site,
  attributes: SessionAttributes,
): Promise<RecordingDecision> {
  const policy = await library.findPolicy(activePolicy);
  const session = { attributes, doHostGroupsCount: settings.doHostGroupsCount };
  const decision = evaluateRecordingPolicy({ policy, session, decidedAt: nowIso(clock) });
  if (!tellsUser(decision.action)) return decision;
  const messages = await library.findNotices(noticeMessagesVersion);
  const { requiresConsent } = messages;
  const language = attributes.language?.value;
  return withNotice(decision, { messages, builtIn: builtInNotices, language, requiresConsent });
}

/** Of a recording that an administrator at the host begins in the middle of the session: nobody is asked (A14). */
export async function noticeOfHostStart(
  { library }: DecisionDependencies,
  { noticeMessagesVersion }: Site,
  { language }: SessionAttributes,
): Promise<Notice> {
  const messages = await library.findNotices(noticeMessagesVersion);
  return chooseNotice({ messages, builtIn: builtInNotices, language: language?.value, requiresConsent: false });
}
