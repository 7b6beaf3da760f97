import {
  makeRecordingCommandId,
  makeRecordingId,
  type NoticeReport,
  type SessionRecording,
} from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { sampleSession } from '../testing/sample-session.ts';
import { giveCommand } from './recording-orders.ts';
import { activeForMs, isActive, noteNotice, noteReport } from './session-life.ts';

const startMs = Date.parse('2026-11-22T10:00:00.000Z');
const atMs = (timeMs: number) => new Date(startMs + timeMs).toISOString();
const source = { nowMs: () => startMs, randomBytes: (length: number) => new Uint8Array(length).fill(7) };
const minuteMs = 60_000;
const none: SessionRecording = { status: 'not-recorded' };

describe('a report', () => {
  test('that all is as before is written every five minutes and not more often', () => {
    const session = sampleSession({ lastSeenAt: atMs(0) });
    const report = { recording: none, hasEnded: false };
    const early = noteReport(session, report, startMs + 4 * minuteMs);
    expect(early.session).toBe(session);
    const due = noteReport(session, report, startMs + 5 * minuteMs);
    expect(due.session).toEqual({ ...session, lastSeenAt: atMs(5 * minuteMs) });
  });

  test('of a change is written at once', () => {
    const recordingId = makeRecordingId(source);
    const recording: SessionRecording = { status: 'recording', recordingId, content: 'events', initiator: 'policy' };
    const { session } = noteReport(sampleSession(), { recording, hasEnded: false }, startMs + 1);
    expect(session).toMatchObject({ recording, lastSeenAt: atMs(1) });
    const more = noteReport(session, { recording: { ...recording, content: 'screen' }, hasEnded: false }, startMs + 2);
    expect(more.session.recording.content).toBe('screen');
  });

  test('of the end ends the session for good, and refuses the command that nobody can follow', () => {
    const sample = sampleSession();
    const command = {
      commandId: makeRecordingCommandId(source),
      sessionId: sample.sessionId,
      agentId: sample.agentId,
      action: 'start',
      notifiesUser: true,
      requestedBy: 'grace',
      requestedAt: atMs(0),
      state: 'pending',
    } as const;
    const given = giveCommand(sample, command).session;
    const ended = noteReport(given, { recording: none, hasEnded: true }, startMs + 1000);
    expect(ended.session).toMatchObject({ endedAt: atMs(1000), recording: none });
    expect(ended.commands).toMatchObject([{ state: 'refused', reason: 'the session has ended' }]);
    const late = noteReport(ended.session, { recording: none, hasEnded: false }, startMs + 10 * minuteMs);
    expect(late).toEqual({ session: ended.session, commands: [] });
  });
});

describe('a session', () => {
  test('is active for a quarter of an hour after it was decided or heard, until it ends', () => {
    const session = sampleSession();
    expect(isActive(session, startMs + activeForMs - 1)).toBe(true);
    expect(isActive(session, startMs + activeForMs)).toBe(false);
    expect(isActive({ ...session, lastSeenAt: atMs(minuteMs) }, startMs + activeForMs)).toBe(true);
    expect(isActive({ ...session, endedAt: atMs(1) }, startMs + 1)).toBe(false);
  });

  test('keeps what its user was told once, and the first answer however many follow', () => {
    const notice = (second: number): NoticeReport => ({
      answer: 'accepted',
      language: 'de',
      messagesVersion: 3,
      at: atMs(second * 1000),
    });
    let session = noteNotice(sampleSession(), notice(0));
    expect(noteNotice(session, notice(0))).toBe(session);
    for (let second = 1; second <= 60; second++) session = noteNotice(session, notice(second));
    expect(session.notices).toHaveLength(50);
    expect([session.notices[0]?.at, session.notices.at(-1)?.at]).toEqual([atMs(0), atMs(60_000)]);
  });
});
