import type {
  RecordingAction,
  RouteInput,
  Session,
  SessionTotals,
  simulateRecordingPolicy,
} from '@afterimage/contracts';
import {
  type CompiledPolicy,
  contentOf,
  evaluateRecordingPolicy,
  heardAt,
  nowIso,
  type RecordingCatalog,
  type SessionHistory,
  tellsUser,
} from '@afterimage/core';
import * as z from 'zod';
import { done, type Outcome } from '../_runtime/http/route-binding.ts';
import { noSuchPolicy } from './find-policy.ts';
import { type Measured, measuredSchema, measureRecordings } from './measure-recordings.ts';
import { findPolicyInQuestion, type PolicyQuestionDependencies } from './policy-in-question.ts';

export interface SimulatePolicyDependencies extends PolicyQuestionDependencies {
  history: Pick<SessionHistory, 'listByDay'>;
  catalog: Pick<RecordingCatalog, 'listByTime'>;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const sessionsPerPage = 500;
const sessionsPerRead = 100;
/** Of reads: days without sessions cost one each. */
const maxReadsPerPage = 40;
const maxChangedShown = 100;

/** Where the next page begins. What bytes are reckoned by stays the same through all pages. */
const cursorSchema = z.object({ day: z.iso.date(), after: z.string().max(1500).optional(), measured: measuredSchema });
type Position = z.infer<typeof cursorSchema>;

/**
 * What would have been different, had this policy been active when each session of the last days began. The same groups
 * count as then; a session counts by the decision at its start.
 */
export async function simulatePolicy(
  dependencies: SimulatePolicyDependencies,
  { body }: RouteInput<typeof simulateRecordingPolicy>,
): Promise<Outcome<typeof simulateRecordingPolicy>> {
  const { site, catalog, clock } = dependencies;
  const [policy, { settings }] = await Promise.all([findPolicyInQuestion(dependencies, body), site.find()]);
  if (policy === undefined) return noSuchPolicy();
  const today = nowIso(clock).slice(0, 10);
  const position = readCursor(body.cursor) ?? { day: today, measured: await measureRecordings(catalog) };
  const firstDay = dayBefore(today, body.days - 1);
  const { sessions, next } = await readPage(dependencies.history, position, firstDay);
  const page = comparePage({ sessions, policy, measured: position.measured, ...settings, decidedAt: nowIso(clock) });
  const reachedAt = next?.after === undefined ? startOfDay(next, firstDay) : sessions.at(-1)?.startedAt;
  return done({
    ...page,
    measured: position.measured,
    ...(reachedAt === undefined ? {} : { reachedAt }),
    ...(next === undefined ? {} : { cursor: encode(next) }),
  });
}

/** Where a page has come to that ended with a day: the start of that day. */
function startOfDay(next: Position | undefined, firstDay: string): string {
  return `${next === undefined ? firstDay : dayBefore(next.day, -1)}T00:00:00.000Z`;
}

/** Newest day first, until there are enough sessions or no more days. */
async function readPage(history: Pick<SessionHistory, 'listByDay'>, from: Position, firstDay: string) {
  const sessions: Session[] = [];
  let position = from;
  for (let reads = 0; reads < maxReadsPerPage && sessions.length < sessionsPerPage; reads++) {
    if (position.day < firstDay) return { sessions };
    const { day, after, measured } = position;
    const { items, cursor } = await history.listByDay(day, { limit: sessionsPerRead, cursor: after });
    sessions.push(...items);
    position = cursor === undefined ? { day: dayBefore(day, 1), measured } : { day, after: cursor, measured };
  }
  return position.day < firstDay ? { sessions } : { sessions, next: position };
}

interface PageToCompare {
  sessions: readonly Session[];
  policy: CompiledPolicy;
  measured: Measured;
  doHostGroupsCount: boolean;
  decidedAt: string;
}

function comparePage({ sessions, policy, measured, doHostGroupsCount, decidedAt }: PageToCompare) {
  const before = noTotals();
  const after = noTotals();
  const changed = [];
  let changedCount = 0;
  for (const session of sessions) {
    const { sessionId, attributes, startedAt, earlierDecisions } = session;
    const was = earlierDecisions[0] ?? session.decision;
    const would = evaluateRecordingPolicy({ policy, session: { attributes, doHostGroupsCount }, decidedAt });
    addSession(before, was.action, session, measured);
    addSession(after, would.action, session, measured);
    if (was.action === would.action) continue;
    changedCount += 1;
    if (changed.length === maxChangedShown) continue;
    const { ruleName, reason } = would;
    const of = { user: attributes.user.value, host: attributes.host.value, application: attributes.application?.value };
    changed.push({ sessionId, ...of, startedAt, before: was.action, after: would.action, ruleName, reason });
  }
  return { before, after, changedCount, changed };
}

function noTotals(): SessionTotals {
  return { sessions: 0, recorded: 0, eventsOnly: 0, told: 0, bytes: 0 };
}

function addSession(totals: SessionTotals, action: RecordingAction, session: Session, measured: Measured): void {
  const content = contentOf(action);
  const bytesPerHour = { screen: measured.screenBytesPerHour, events: measured.eventBytesPerHour };
  totals.sessions += 1;
  if (content === 'screen') totals.recorded += 1;
  if (content === 'events') totals.eventsOnly += 1;
  if (tellsUser(action)) totals.told += 1;
  if (content !== undefined) totals.bytes += hoursOf(session) * bytesPerHour[content];
}

/** Until it ended or was last heard of. */
function hoursOf({ startedAt, endedAt, ...session }: Session): number {
  return Math.max(0, Date.parse(endedAt ?? heardAt(session)) - Date.parse(startedAt)) / hourMs;
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00.000Z`) - days * dayMs).toISOString().slice(0, 10);
}

const encode = (position: Position) => Buffer.from(JSON.stringify(position)).toString('base64url');

/** Undefined for text that is no cursor: the simulation begins again. */
function readCursor(text: string | undefined): Position | undefined {
  if (text === undefined) return undefined;
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}
