import type { JournalEntry, RecordingRecord, SegmentPlan, WriterCheckpoint } from '@afterimage/recording';

export interface JournalContent {
  readonly checkpoint: WriterCheckpoint;
  readonly plans: readonly SegmentPlan[];
  /** In the order in which they were appended, from `checkpoint.position.ordinal` on. */
  readonly records: readonly RecordingRecord[];
}

/** @returns undefined when the entries do not begin with a checkpoint */
export function contentOf([first, ...rest]: readonly JournalEntry[]): JournalContent | undefined {
  if (first?.kind !== 'checkpoint') return undefined;
  const { ordinal } = first.checkpoint.position;
  return {
    checkpoint: first.checkpoint,
    plans: rest.flatMap((entry) => (entry.kind === 'plan' ? [entry.plan] : [])),
    records: rest.flatMap((entry) => (entry.kind === 'record' && entry.ordinal >= ordinal ? [entry.record] : [])),
  };
}

/**
 * Puts a gap where something is missing and keeps what was readable behind it, from the next key image on.
 *
 * @returns undefined when the damage touches what a segment was planned of: nobody could seal that again the same
 */
export function mendContent(before: JournalContent, behind: readonly JournalEntry[]): JournalContent | undefined {
  const { checkpoint, records } = before;
  const plans = [...before.plans, ...behind.flatMap((entry) => (entry.kind === 'plan' ? [entry.plan] : []))];
  const readableOrdinal = checkpoint.position.ordinal + records.length;
  const isCut = records.length === 0 && checkpoint.position.packetByte > 0;
  if (isCut || plans.some(({ end }) => end.ordinal + (end.packetByte > 0 ? 1 : 0) > readableOrdinal)) return undefined;
  const readable = behind.flatMap((entry) => (entry.kind === 'record' ? [entry.record] : []));
  const later = fromKeyImage(readable);
  const fromMs = records.at(-1)?.timeMs ?? checkpoint.state.lastTimeMs;
  const pictureAgain = later.find(({ type }) => type === 'screen') ?? readable.at(-1);
  const times = { timeMs: later[0]?.timeMs ?? fromMs, fromMs, toMs: pictureAgain?.timeMs ?? fromMs };
  const gap: RecordingRecord = { type: 'gap', ...times, reason: 'journal-damaged' };
  return { checkpoint, plans, records: [...records, gap, ...later] };
}

/** A picture that changes one which was lost shows nothing. */
function fromKeyImage(records: readonly RecordingRecord[]): RecordingRecord[] {
  let hasPicture = false;
  return records.filter((record) => {
    if (record.type !== 'screen') return true;
    hasPicture ||= record.isKeyImage;
    return hasPicture;
  });
}
