import { epochAt } from '../keys/key-derivation.ts';
import { isWholeScreenPacket, type RecordingRecord } from '../records/record.ts';
import { RecordingWriterError } from './recording-writer-error.ts';
import type { WriterState } from './segment-plan.ts';

export const INITIAL_WRITER_STATE: WriterState = {
  fileNumber: 1,
  epoch: 0,
  lastTimeMs: 0,
  isKeyImageNeeded: true,
  isBlocked: false,
  hasEnded: false,
};

/** A group of screen packets decodes alone, so a new file or epoch, a gap and an unblock each begin with a key image. */
export function isKeyImageNeededAt(state: WriterState, timeMs: number): boolean {
  return state.isKeyImageNeeded || epochAt(Math.max(timeMs, state.lastTimeMs)) !== state.epoch;
}

/** Throws `RecordingWriterError` for a record that may not follow now. */
export function requireAllowed(state: WriterState, record: RecordingRecord): void {
  if (state.hasEnded) throw new RecordingWriterError('recording-ended', 'the end record was appended before');
  if (record.type !== 'screen') return;
  if (!isWholeScreenPacket(record)) throw new RecordingWriterError('packet-not-whole', 'append whole packets');
  if (state.isBlocked) throw new RecordingWriterError('screen-while-blocked', 'pixels inside a block');
  if (!record.isKeyImage && isKeyImageNeededAt(state, record.timeMs)) {
    throw new RecordingWriterError('key-image-needed', 'an update without the picture that it changes');
  }
}

/** The state once `record` was accepted. Taking one record twice changes nothing, which a restore relies on. */
export function stateAfter(state: WriterState, record: RecordingRecord): WriterState {
  const epoch = epochAt(record.timeMs);
  const beginsGroup = record.type === 'gap' || record.type === 'block-end';
  const isKeyImage = record.type === 'screen' && record.isKeyImage;
  return {
    fileNumber: state.fileNumber,
    epoch,
    lastTimeMs: record.timeMs,
    isKeyImageNeeded: !isKeyImage && (beginsGroup || isKeyImageNeededAt(state, record.timeMs)),
    isBlocked: record.type === 'block-begin' || (state.isBlocked && record.type !== 'block-end'),
    hasEnded: record.type === 'end',
  };
}
