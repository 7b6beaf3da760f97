import type { RecordingState } from '@afterimage/contracts';

/** What can happen to a recording. */
export const lifeSteps = [
  'segments-stored',
  'end-reached',
  'fell-silent',
  'wait-ended',
  'sealed-complete',
  'sealed-partial',
  'outgrew-its-file',
  'found-empty',
  'erasure-asked',
  'erasure-done',
] as const;
export type LifeStep = (typeof lifeSteps)[number];

/**
 *   live ⇄ interrupted          silence, and segments again
 *     │        │
 *     └► sealing ◄┘             the final segment is contiguous, or the message life ended
 *          ├► complete          stored and chained from first to final
 *          ├► partial ─► interrupted   something late arrived: the next version is sealed in its time
 *          └► failed ──► interrupted
 *
 *   complete, partial, failed ─► erasing ─► erased      for good
 */
const transitions: Readonly<Record<RecordingState, Partial<Record<LifeStep, RecordingState>>>> = {
  live: { 'segments-stored': 'live', 'end-reached': 'sealing', 'fell-silent': 'interrupted' },
  interrupted: { 'segments-stored': 'live', 'end-reached': 'sealing', 'wait-ended': 'sealing' },
  sealing: {
    'segments-stored': 'sealing',
    'end-reached': 'sealing',
    'sealed-complete': 'complete',
    'sealed-partial': 'partial',
    'outgrew-its-file': 'interrupted',
    'found-empty': 'failed',
  },
  partial: { 'segments-stored': 'interrupted', 'end-reached': 'sealing', 'erasure-asked': 'erasing' },
  failed: { 'segments-stored': 'interrupted', 'end-reached': 'sealing', 'erasure-asked': 'erasing' },
  complete: { 'erasure-asked': 'erasing' },
  erasing: { 'erasure-done': 'erased' },
  erased: {},
};

/** The state that follows, or undefined where the step means nothing in this state. */
export function nextState(state: RecordingState, step: LifeStep): RecordingState | undefined {
  return transitions[state][step];
}

/** Whether a recording may still receive segments without a person having to do anything. */
export function isUnderWay(state: RecordingState): boolean {
  return state === 'live' || state === 'interrupted' || state === 'sealing';
}

/** Nobody may look into it any more, and nothing is added to it. */
export function isErased(state: RecordingState): state is 'erasing' | 'erased' {
  return state === 'erasing' || state === 'erased';
}
