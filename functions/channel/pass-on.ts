import type { BusEvent } from '@afterimage/contracts';
import { stateAfter, type TellViewersDependencies, tellViewers } from '@afterimage/core';

/** Tells those who watch a recording that its life went on. */
export async function passOn(dependencies: TellViewersDependencies, event: BusEvent): Promise<void> {
  const state = stateAfter(event);
  if (state === undefined) return;
  await tellViewers(dependencies, { version: 1, kind: 'state', recordingId: event.detail.recordingId, state });
}
