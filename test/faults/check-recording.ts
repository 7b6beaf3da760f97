import type { RecordingId } from '@afterimage/contracts';
import { drawFlood, drawPicture, hashPicture } from './drawn-pictures.ts';
import type { OfferedPicture, RecordingTruth } from './recording-truth.ts';
import type { StoredItem, StoredRecording } from './stored-recording.ts';

/** What a crash may cost at most, the disk intact (docs/architecture.md, Promises). */
export const crashBoundMs = 2_000;

/** How one recording stands against what is known to have happened. */
export interface RecordingFindings {
  readonly recordingId: RecordingId;
  readonly pictures: number;
  readonly acknowledgedSegments: number;
  readonly lostSegments: number;
  /** Reasons of the losses that the recording declares. */
  readonly declaredGaps: readonly string[];
  readonly lostPictures: number;
  readonly undeclaredLosses: number;
  /** From the oldest picture that the agent had taken and a crash cost to that crash. */
  readonly worstCrashLossMs: number;
  /** How long the agent had been at a picture that it had not taken when it died: a matter of how busy the machine is. */
  readonly longestUnderWayMs: number;
  readonly violations: readonly string[];
}

export function checkRecording(truth: RecordingTruth, stored: StoredRecording, seed: number): RecordingFindings {
  const segments = checkSegments(truth, stored);
  const pictures = checkPictures(truth, stored.items, seed);
  const { state, recordingId } = stored.recording;
  const violations = [...segments.violations, ...pictures.violations];
  if (state !== 'complete') violations.push(`it is ${state}`);
  if (truth.rejectedCount > 0) violations.push(`${truth.rejectedCount} honest segments were rejected`);
  return {
    recordingId,
    pictures: pictures.count,
    acknowledgedSegments: truth.acknowledged.size,
    lostSegments: segments.lostCount,
    declaredGaps: stored.items.flatMap((item) => (item.kind === 'gap' ? [item.reason] : [])),
    lostPictures: pictures.lostCount,
    undeclaredLosses: pictures.undeclaredCount,
    worstCrashLossMs: pictures.worstCrashLossMs,
    longestUnderWayMs: pictures.longestUnderWayMs,
    violations: violations.map((violation) => `${recordingId}: ${violation}`),
  };
}

/** Whatever the service has called stored is there, with the very bytes that left the host. */
function checkSegments(truth: RecordingTruth, stored: StoredRecording) {
  const violations: string[] = [];
  let lostCount = 0;
  for (const [sequence, digests] of truth.sent) {
    if (digests.size > 1) violations.push(`segment ${sequence} left the host with ${digests.size} different contents`);
  }
  for (const sequence of truth.acknowledged) {
    const digest = stored.segments.get(sequence);
    if (digest !== undefined && truth.sent.get(sequence)?.has(digest)) continue;
    lostCount += 1;
    violations.push(`acknowledged segment ${sequence} is ${digest === undefined ? 'not there' : 'other bytes'}`);
  }
  return { violations, lostCount };
}

/** Every picture is one that was drawn, pixel for pixel, in order; and what is missing is declared where it is missing. */
function checkPictures(truth: RecordingTruth, items: readonly StoredItem[], seed: number) {
  const violations: string[] = [];
  const numberOf = new Map<string, number>();
  for (const { number, isFlood } of truth.offered) {
    numberOf.set(hashPicture((isFlood ? drawFlood : drawPicture)(seed, number)), number);
  }
  const recorded = new Map<number, number>();
  let last = -1;
  for (const [position, item] of items.entries()) {
    if (item.kind !== 'picture') continue;
    const number = numberOf.get(item.hash);
    if (number === undefined) violations.push(`picture ${recorded.size + 1} is none that was drawn`);
    else if (number < last) violations.push(`picture ${number} comes after ${last}`);
    else {
      last = number;
      recorded.set(number, position);
    }
  }
  const lost = truth.offered.filter(({ number }) => !recorded.has(number));
  const losses = lost.map((picture) => judgeLoss(picture, truth, items, recorded));
  return {
    violations: [...violations, ...losses.flatMap(({ violation }) => violation ?? [])],
    count: recorded.size,
    lostCount: lost.length,
    undeclaredCount: losses.filter(({ isDeclared }) => !isDeclared).length,
    worstCrashLossMs: Math.max(0, ...losses.map(({ keptMs }) => keptMs ?? 0)),
    longestUnderWayMs: Math.max(0, ...losses.map(({ underWayMs }) => underWayMs ?? 0)),
  };
}

function judgeLoss(
  picture: OfferedPicture,
  truth: RecordingTruth,
  items: readonly StoredItem[],
  recorded: ReadonlyMap<number, number>,
): { isDeclared: boolean; keptMs?: number; underWayMs?: number; violation?: string } {
  const { number, isKept, diedAfterMs } = picture;
  const numbers = [...recorded.keys()];
  const before = numbers.findLast((other) => other < number);
  const after = numbers.find((other) => other > number);
  const from = before === undefined ? 0 : (recorded.get(before) ?? 0);
  const to = after === undefined ? items.length : (recorded.get(after) ?? items.length);
  const between = items.slice(from, to);
  const reasons = between.flatMap((item) => (item.kind === 'picture' ? [] : [item.reason]));
  const isSpoolFull = reasons.includes('spool-full') && truth.offered.some(({ isFlood }) => isFlood);
  if (isSpoolFull || (picture.isFlood && isRateReduced(items, from, to))) return { isDeclared: true };
  // Not taken before the first picture or after the end: the recording does not claim that time.
  const hasEnded = between.some(({ kind }) => kind === 'end');
  if (hasEnded && !isKept && diedAfterMs === undefined) return { isDeclared: true };
  const isBeforeBeginning = before === undefined && !isKept;
  const isDeclared = reasons.includes('agent-died') || isBeforeBeginning;
  if (!isDeclared) return { isDeclared, violation: `picture ${number} is missing, and no gap says so` };
  if (diedAfterMs === undefined) {
    return { isDeclared, violation: `picture ${number} is missing, and no process had died` };
  }
  if (!isKept) return { isDeclared, underWayMs: diedAfterMs };
  const isTooMuch = diedAfterMs > crashBoundMs;
  return {
    isDeclared,
    keptMs: diedAfterMs,
    ...(isTooMuch && { violation: `a crash cost ${Math.round(diedAfterMs)} ms, from picture ${number} on` }),
  };
}

/** Whether somewhere from one item to another the recording says that it holds fewer pictures than there were. */
function isRateReduced(items: readonly StoredItem[], from: number, to: number): boolean {
  const marks = items
    .slice(0, to)
    .flatMap((item, position) => (item.kind === 'rate-reduced' ? [{ item, position }] : []));
  const last = marks.at(-1);
  return last !== undefined && (last.item.reason === 'begin' || last.position >= from);
}
