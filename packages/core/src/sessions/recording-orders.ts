import type { RecordingCommand, RecordingCommandId, SessionRecording } from '@afterimage/contracts';
import type { StoredCommand, TrackedSession } from './tracked-session.ts';

/** After that a host no longer follows a command, so that nothing begins long after somebody wanted it. */
export const commandLifeMs = 2 * 60_000;

/** Reason of a command that a newer one of the same session has settled. */
export const overtaken = 'overtaken by a newer command';
const sessionOver = 'the session has ended';

/** A session with the commands that changed with it; both are stored, or neither. */
export interface SessionChange {
  session: TrackedSession;
  commands: readonly StoredCommand[];
}

export function hasExpired({ requestedAt }: Pick<RecordingCommand, 'requestedAt'>, nowMs: number): boolean {
  return Date.parse(requestedAt) + commandLifeMs <= nowMs;
}

/** A command as it stands now: nobody writes down that time has passed. */
export function describeCommand(command: StoredCommand, nowMs: number): RecordingCommand {
  const { notice: _notice, ...shown } = command;
  return shown.state === 'pending' && hasExpired(shown, nowMs) ? { ...shown, ...expiry(shown) } : shown;
}

/**
 * Gives a session a command. One that still waits is overtaken, so that a host never has two that contradict each other.
 * A stop counts from now on and not from when the host has heard it: no policy begins the recording again (A25).
 */
export function giveCommand(session: TrackedSession, command: StoredCommand): SessionChange {
  const settled = settlePending(session, overtaken, command.requestedAt);
  const { action, commandId, requestedBy, requestedAt } = command;
  const isFirstStop = action === 'stop' && session.stop === undefined;
  const mark = isFirstStop ? { stoppedBy: requestedBy, stop: { commandId, at: requestedAt } } : {};
  return {
    session: { ...settled.session, ...mark, pendingCommand: command },
    commands: [...settled.commands, command],
  };
}

export interface CommandAnswer {
  commandId: RecordingCommandId;
  state: 'done' | 'refused';
  reason?: string | undefined;
  recording: SessionRecording;
}

/**
 * The host's answer. Whatever time has passed, what a host has done is done. An answer to a command that does not wait
 * any more, or the same answer again, changes nothing.
 */
export function settleCommand(session: TrackedSession, answer: CommandAnswer, at: string): SessionChange {
  const pending = session.pendingCommand;
  if (pending?.commandId !== answer.commandId) return { session, commands: [] };
  const { state, reason, recording } = answer;
  const { pendingCommand: _pending, ...rest } = session;
  const told = session.endedAt === undefined ? { ...rest, recording, lastSeenAt: at } : rest;
  const command: StoredCommand = {
    ...pending,
    state,
    settledAt: at,
    ...(reason === undefined ? {} : { reason }),
    ...(recording.recordingId === undefined ? {} : { recordingId: recording.recordingId }),
  };
  return { session: liftsMark(session, command) ? withoutMark(told) : told, commands: [command] };
}

/** When a session has ended, nobody is left to follow its command. */
export function endCommand(session: TrackedSession, at: string): SessionChange {
  return settlePending(session, sessionOver, at);
}

/** A start that was followed ends a stop; a stop that its host refused has no effect. */
function liftsMark({ stop }: TrackedSession, { action, state, commandId }: StoredCommand): boolean {
  return action === 'start' ? state === 'done' : state === 'refused' && stop?.commandId === commandId;
}

function withoutMark({ stoppedBy: _stoppedBy, stop: _stop, ...rest }: TrackedSession): TrackedSession {
  return rest;
}

function settlePending(session: TrackedSession, reason: string, at: string): SessionChange {
  const { pendingCommand, ...rest } = session;
  if (pendingCommand === undefined) return { session, commands: [] };
  const end = hasExpired(pendingCommand, Date.parse(at))
    ? expiry(pendingCommand)
    : { state: 'refused' as const, reason, settledAt: at };
  return { session: rest, commands: [{ ...pendingCommand, ...end }] };
}

function expiry({ requestedAt }: Pick<RecordingCommand, 'requestedAt'>) {
  const settledAt = new Date(Date.parse(requestedAt) + commandLifeMs).toISOString();
  return { state: 'expired' as const, settledAt };
}
