import type { RouteResponse, SessionTotals, simulateRecordingPolicy } from '@afterimage/contracts';

export type SimulationPage = RouteResponse<typeof simulateRecordingPolicy>;
export type ChangedSession = SimulationPage['changed'][number];

/** What the pages that have come so far add up to. */
export interface Simulation {
  before: SessionTotals;
  after: SessionTotals;
  changedCount: number;
  /** Of each page the service lists some, and of all of them these are kept. */
  changed: readonly ChangedSession[];
  measured: SimulationPage['measured'] | undefined;
  /** How far back it has come. */
  reachedAt: string | undefined;
}

const nothing: SessionTotals = { sessions: 0, recorded: 0, eventsOnly: 0, told: 0, bytes: 0 };
export const emptySimulation: Simulation = {
  before: nothing,
  after: nothing,
  changedCount: 0,
  changed: [],
  measured: undefined,
  reachedAt: undefined,
};

export const mostListed = 5_000;

export function addPage(so: Simulation, page: SimulationPage): Simulation {
  return {
    before: addTotals(so.before, page.before),
    after: addTotals(so.after, page.after),
    changedCount: so.changedCount + page.changedCount,
    changed: [...so.changed, ...page.changed].slice(0, mostListed),
    measured: page.measured,
    reachedAt: page.reachedAt ?? page.changed.at(-1)?.startedAt ?? so.reachedAt,
  };
}

function addTotals(a: SessionTotals, b: SessionTotals): SessionTotals {
  return {
    sessions: a.sessions + b.sessions,
    recorded: a.recorded + b.recorded,
    eventsOnly: a.eventsOnly + b.eventsOnly,
    told: a.told + b.told,
    bytes: a.bytes + b.bytes,
  };
}

const dayMs = 86_400_000;

/** From 0 to 1: how much of the time that was asked for has been gone through. Sessions come newest first. */
export function progressOf({ reachedAt }: Simulation, days: number, nowMs: number): number {
  if (reachedAt === undefined) return 0;
  return Math.min(1, Math.max(0, (nowMs - Date.parse(reachedAt)) / (days * dayMs)));
}

export interface Transition {
  before: ChangedSession['before'];
  after: ChangedSession['after'];
  count: number;
}

/** How often sessions would go from one action to another, the most frequent first. */
export function transitionsOf(changed: readonly ChangedSession[]): Transition[] {
  const counted = new Map<string, Transition>();
  for (const { before, after } of changed) {
    const key = transitionKey({ before, after });
    counted.set(key, { before, after, count: (counted.get(key)?.count ?? 0) + 1 });
  }
  return [...counted.values()].toSorted((a, b) => b.count - a.count);
}

export function transitionKey({ before, after }: Pick<Transition, 'before' | 'after'>): string {
  return `${before}>${after}`;
}

const columns = [
  'sessionId',
  'startedAt',
  'user',
  'host',
  'application',
  'before',
  'after',
  'ruleName',
  'reason',
] as const;

/** RFC 4180, one line for each session that was listed. */
export function toCsv(changed: readonly ChangedSession[]): string {
  const lines = changed.map((session) => columns.map((column) => csvField(session[column] ?? '')).join(','));
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}

/** What a spreadsheet would take for a formula is made a text by an apostrophe. */
function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
