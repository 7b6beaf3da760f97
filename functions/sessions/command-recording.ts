import {
  type commandRecording,
  makeRecordingCommandId,
  type RecordingCommand,
  type RouteInput,
  type SessionId,
} from '@afterimage/contracts';
import {
  type ActiveSessions,
  builtInNotices,
  type Clock,
  chooseNotice,
  describeCommand,
  giveCommand,
  type NoticeMessagesStore,
  nowIso,
  type SessionStore,
  type StoredCommand,
  type TellCommandDependencies,
  type TrackedSession,
  tellCommand,
} from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';
import type { Log } from '../_runtime/logger.ts';

export interface OrderDependencies extends TellCommandDependencies {
  sessions: Pick<SessionStore, 'changeWithCommands'>;
  history: ActiveSessions;
  noticeMessages: Pick<NoticeMessagesStore, 'find'>;
  clock: Clock;
  log: Pick<Log, 'warn'>;
}

type Order = Pick<RouteInput<typeof commandRecording>['body'], 'action' | 'notifiesUser'>;
type NoticeFor = (session: TrackedSession) => Pick<StoredCommand, 'notice'>;
interface Refusal {
  sessionId: SessionId;
  reason: string;
}

/** Sessions of one user that one call reaches. */
const maxSessionsOfUser = 200;

/** Gives each session its command, and hands it to its host at once where the host can be reached. */
export async function orderRecording(
  dependencies: OrderDependencies,
  { body }: RouteInput<typeof commandRecording>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof commandRecording>> {
  const sessionIds = body.sessionIds ?? (await findSessionsOf(dependencies, body.user ?? ''));
  if (sessionIds.length === 0) {
    return refuse('session-not-found', 'This user has no active session. Nothing was commanded.');
  }
  const order = { ...body, requestedBy: caller.userName, noticeFor: await prepareNotices(dependencies, body) };
  const answers = await Promise.all(
    [...new Set(sessionIds)].map((sessionId) => giveTo(dependencies, sessionId, order)),
  );
  const given = answers.filter((answer): answer is StoredCommand => 'commandId' in answer);
  await Promise.all(given.map((command) => tell(dependencies, command)));
  const nowMs = dependencies.clock.nowMs();
  return done({
    commands: given.map((command): RecordingCommand => describeCommand(command, nowMs)),
    refused: answers.filter((answer): answer is Refusal => !('commandId' in answer)),
  });
}

async function findSessionsOf({ history }: OrderDependencies, userName: string): Promise<SessionId[]> {
  const { items } = await history.listActive({ userName, limit: maxSessionsOfUser });
  return items.map(({ sessionId }) => sessionId);
}

async function giveTo(
  { sessions, clock }: OrderDependencies,
  sessionId: SessionId,
  { action, notifiesUser, requestedBy, noticeFor }: Order & { requestedBy: string; noticeFor: NoticeFor },
): Promise<StoredCommand | Refusal> {
  const commandId = makeRecordingCommandId(clock);
  const requestedAt = nowIso(clock);
  const toCommand = (session: TrackedSession): StoredCommand => ({
    commandId,
    sessionId,
    agentId: session.agentId,
    action,
    notifiesUser,
    requestedBy,
    requestedAt,
    state: 'pending',
    ...noticeFor(session),
  });
  const session = await sessions.changeWithCommands(sessionId, (known) =>
    known.endedAt === undefined ? giveCommand(known, toCommand(known)) : { session: known, commands: [] },
  );
  if (session === undefined) return { sessionId, reason: 'no host has reported this session' };
  return session.endedAt === undefined ? toCommand(session) : { sessionId, reason: 'the session has ended' };
}

/** Whoever starts a recording in the middle of a session tells, and does not ask for consent (A14). */
async function prepareNotices(
  { noticeMessages }: OrderDependencies,
  { action, notifiesUser }: Order,
): Promise<NoticeFor> {
  if (action === 'stop' || !notifiesUser) return () => ({});
  const messages = await noticeMessages.find();
  return ({ attributes: { language } }) => ({
    notice: chooseNotice({ messages, builtIn: builtInNotices, language: language?.value, requiresConsent: false }),
  });
}

/** The command is stored: a host that is not reached now finds it when it reports its sessions. */
async function tell(dependencies: OrderDependencies, command: StoredCommand): Promise<void> {
  try {
    await tellCommand(dependencies, command);
  } catch {
    dependencies.log.warn('command was not handed over', { commandId: command.commandId });
  }
}
