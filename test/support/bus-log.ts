import type { BusEventType } from '@afterimage/contracts';
import type { Stack } from './stack.ts';

export interface LoggedEvent {
  readonly source: string;
  readonly 'detail-type': BusEventType;
  readonly detail: Record<string, unknown>;
}

/** What was said on the product's bus about one recording, in the order in which it was delivered. */
export function busEventsOf(stack: Stack, recordingId: string): LoggedEvent[] {
  return stack
    .logLines('/aws/events/Afterimage')
    .map((line) => JSON.parse(line) as LoggedEvent)
    .filter(({ detail }) => detail.recordingId === recordingId);
}
