import type { RouteInput, SessionAttributes, testRecordingPolicy } from '@afterimage/contracts';
import {
  builtInNotices,
  type DirectoryStore,
  evaluateRecordingPolicy,
  explainRules,
  nowIso,
  type PolicyLibrary,
  type SessionStore,
  withNotice,
} from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';
import { noSuchPolicy } from './find-policy.ts';
import { findPolicyInQuestion, type PolicyQuestionDependencies } from './policy-in-question.ts';

export interface TestPolicyDependencies extends PolicyQuestionDependencies {
  library: PolicyLibrary;
  sessions: Pick<SessionStore, 'find'>;
  directory: Pick<DirectoryStore, 'findGroupsOf'>;
}

/** Decides as a session start would, and writes nothing. */
export async function tryPolicy(
  dependencies: TestPolicyDependencies,
  { body }: RouteInput<typeof testRecordingPolicy>,
): Promise<Outcome<typeof testRecordingPolicy>> {
  const { site, library, clock } = dependencies;
  if ((body.sessionId === undefined) === (body.attributes === undefined)) {
    return refuse('invalid-request', 'Nothing was decided. Name a session, or say what one would be like.');
  }
  const [policy, attributes, { settings, noticeMessagesVersion }] = await Promise.all([
    findPolicyInQuestion(dependencies, body),
    findAttributes(dependencies, body),
    site.find(),
  ]);
  if (policy === undefined) return noSuchPolicy();
  if (attributes === undefined) {
    return refuse('session-not-found', 'Nothing was decided. No host has reported a session with this id.');
  }
  const session = { attributes, doHostGroupsCount: settings.doHostGroupsCount };
  const messages = await library.findNotices(noticeMessagesVersion);
  const decision = withNotice(evaluateRecordingPolicy({ policy, session, decidedAt: nowIso(clock) }), {
    messages,
    builtIn: builtInNotices,
    language: attributes.language?.value,
    requiresConsent: messages.requiresConsent,
  });
  return done({ decision, attributes, rules: explainRules(policy, session) });
}

/** A session of the past has the groups that counted then; one that is made up has those that the directory knows now. */
async function findAttributes(
  { sessions, directory }: Pick<TestPolicyDependencies, 'sessions' | 'directory'>,
  { sessionId, attributes }: RouteInput<typeof testRecordingPolicy>['body'],
): Promise<SessionAttributes | undefined> {
  if (attributes === undefined)
    return sessionId === undefined ? undefined : (await sessions.find(sessionId))?.attributes;
  const known = (await directory.findGroupsOf(attributes.user.value)).map((value) => ({
    value,
    assertedBy: 'directory' as const,
  }));
  const claimed = attributes.groups.filter(({ assertedBy }) => assertedBy !== 'directory');
  return { ...attributes, groups: [...known, ...claimed] };
}
