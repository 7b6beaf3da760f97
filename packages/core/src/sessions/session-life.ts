import type { HostStop, NoticeReport, Session, SessionRecording } from '@afterimage/contracts';
import { endCommand, hasExpired, type SessionChange } from './recording-orders.ts';
import type { TrackedSession } from './tracked-session.ts';

/** Agents report every five minutes; a host that missed two reports and is late with the third is gone. */
export const activeForMs = 15 * 60_000;

/** A report that only says that all is as before is noted this seldom: a little less than the interval of reports. */
const noteHeardAgainMs = 4.5 * 60_000;

const maxNotices = 50;

/** Service time at which its host last spoke of it. */
export function heardAt({ lastSeenAt, decision }: Pick<Session, 'lastSeenAt' | 'decision'>): string {
  return lastSeenAt ?? decision.decidedAt;
}

export function isActive(session: Pick<Session, 'endedAt' | 'lastSeenAt' | 'decision'>, nowMs: number): boolean {
  return session.endedAt === undefined && Date.parse(heardAt(session)) > nowMs - activeForMs;
}

export interface SessionReport {
  recording: SessionRecording;
  hostStop?: HostStop | undefined;
  hasEnded: boolean;
}

/** The stop at the host that the service had not heard of; none of a session that has ended. */
export function findNewStop(
  { hostStop, endedAt }: Pick<Session, 'hostStop' | 'endedAt'>,
  report: Pick<SessionReport, 'hostStop'>,
): HostStop | undefined {
  const isKnown = hostStop?.at === report.hostStop?.at && hostStop?.recordingId === report.hostStop?.recordingId;
  return endedAt === undefined && !isKnown ? report.hostStop : undefined;
}

/** What a host says of its session. One that has ended stays so, whatever comes late. */
export function noteReport(session: TrackedSession, report: SessionReport, nowMs: number): SessionChange {
  const unchanged = { session, commands: [] };
  if (session.endedAt !== undefined) return unchanged;
  const at = new Date(nowMs).toISOString();
  const newStop = findNewStop(session, report);
  const known = newStop === undefined ? session : { ...session, hostStop: newStop };
  if (report.hasEnded) {
    return endCommand({ ...known, lastSeenAt: at, endedAt: at, recording: { status: 'not-recorded' } }, at);
  }
  const isNews = newStop !== undefined || !isSameRecording(session.recording, report.recording);
  if (!isNews && nowMs - Date.parse(heardAt(session)) < noteHeardAgainMs) return unchanged;
  return { session: { ...known, lastSeenAt: at, recording: report.recording }, commands: [] };
}

/** What a user was told and answered. The first is the consent to the session: it stays, however many follow. */
export function noteNotice(session: TrackedSession, report: NoticeReport): TrackedSession {
  const { notices } = session;
  const text = JSON.stringify(report);
  if (notices.some((known) => JSON.stringify(known) === text)) return session;
  const kept = notices.length < maxNotices ? notices : [...notices.slice(0, 1), ...notices.slice(2)];
  return { ...session, notices: [...kept, report] };
}

/** The session as people see it: `pending` while a command waits for its host (DYN-008). */
export function describeSession(session: TrackedSession, nowMs: number): Session {
  const { revision: _revision, pendingCommand, stop: _stop, review: _review, ...shown } = session;
  const isPending = pendingCommand !== undefined && !hasExpired(pendingCommand, nowMs);
  return isPending ? { ...shown, recording: { ...shown.recording, status: 'pending' } } : shown;
}

function isSameRecording(before: SessionRecording, after: SessionRecording): boolean {
  return (
    before.status === after.status &&
    before.recordingId === after.recordingId &&
    before.content === after.content &&
    before.initiator === after.initiator &&
    before.startedBy === after.startedBy
  );
}
