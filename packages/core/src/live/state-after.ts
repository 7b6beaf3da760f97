import type { BusEvent, RecordingState } from '@afterimage/contracts';

/** The state of a recording that an event of the bus tells of; undefined where it tells of none. */
export function stateAfter(event: BusEvent): RecordingState | undefined {
  switch (event.type) {
    case 'RecordingInterrupted':
      return 'interrupted';
    case 'RecordingResumed':
      return 'live';
    case 'RecordingFinished':
      return event.detail.state;
    case 'RecordingFailed':
      return 'failed';
    case 'RecordingErased':
      return 'erased';
    default:
      return undefined;
  }
}
