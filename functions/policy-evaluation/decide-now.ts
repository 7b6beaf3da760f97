import type { RecordingDecision, SessionAttributes } from '@afterimage/contracts';
import {
  builtInNotices,
  type Clock,
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
