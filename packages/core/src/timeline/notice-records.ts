import type { DeclaredGap, RecordedEvent } from '@afterimage/contracts';
import type { EventRecord, GapRecord, RecordingRecord } from '@afterimage/recording';
import type { Noticed, PeriodMark } from './noticed.ts';

const gapReasons: readonly DeclaredGap['reason'][] = [
  'spool-full',
  'agent-died',
  'source-lost',
  'machine-suspended',
  'journal-damaged',
];
const maxTextLength = 2000;

export interface SegmentNotices extends Noticed {
  gaps: DeclaredGap[];
}

/** Picks out of a segment's records what is worth finding again. Pixels are never looked at. */
export function noticeRecords(records: readonly RecordingRecord[], sequence: number): SegmentNotices {
  const notices: SegmentNotices = { events: [], marks: [], gaps: [] };
  for (const [index, record] of records.entries()) {
    const eventId = `${sequence}-${index}`;
    if (record.type === 'event') notices.events.push(eventOf(record, eventId));
    if (record.type === 'gap') {
      notices.gaps.push(gapOf(record));
      notices.events.push(gapEventOf(record, eventId));
    }
    if (record.type === 'end') {
      notices.events.push(makeEvent(eventId, record.timeMs, 'session-end', record.reason));
    }
    const mark = markOf(record);
    if (mark !== undefined) notices.marks.push(mark);
  }
  return notices;
}

function markOf(record: RecordingRecord): PeriodMark | undefined {
  switch (record.type) {
    case 'mark':
      return record.activity === 'idle'
        ? { atMs: record.sinceMs ?? record.timeMs, kind: 'idle', edge: 'begin' }
        : { atMs: record.timeMs, kind: 'idle', edge: 'end' };
    case 'block-begin':
      return { atMs: record.timeMs, kind: 'blocked', edge: 'begin' };
    case 'block-end':
      return { atMs: record.timeMs, kind: 'blocked', edge: 'end' };
    default:
      return undefined;
  }
}

/** Kinds are dotted names such as `window.activated`; the first part that a viewer knows decides. */
function kindOf(record: EventRecord): RecordedEvent['kind'] {
  const [head = ''] = record.kind.split('.');
  if (head === 'session') return record.kind.includes('end') ? 'session-end' : 'session-start';
  if (head === 'navigation' || head === 'title' || head === 'window') return head;
  return record.kind.endsWith('title') || record.kind.endsWith('title-changed') ? 'title' : 'custom';
}

function eventOf(record: EventRecord, eventId: string): RecordedEvent {
  const { fields } = record;
  const said = [fields.text, fields.url, fields.title, fields.name].filter((value) => typeof value === 'string');
  return makeEvent(eventId, record.timeMs, kindOf(record), said.join(' · ') || record.kind);
}

function gapOf(record: GapRecord): DeclaredGap {
  const reason = gapReasons.find((known) => known === record.reason) ?? 'other';
  return { fromMs: record.fromMs, toMs: Math.max(record.fromMs, record.toMs), reason };
}

function gapEventOf(record: GapRecord, eventId: string): RecordedEvent {
  const { fromMs, toMs } = gapOf(record);
  return { ...makeEvent(eventId, fromMs, 'gap', record.reason), untilMs: toMs };
}

function makeEvent(eventId: string, timeMs: number, kind: RecordedEvent['kind'], text: string): RecordedEvent {
  return { eventId, atMs: Math.max(0, timeMs), kind, text: text.slice(0, maxTextLength), assertedBy: 'agent' };
}
