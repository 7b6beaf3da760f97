import type { RecordingStore } from '../stores/recording-stores.ts';
import type { EventBus } from '../stores/services.ts';
import type { TrackedRecording } from './tracked-recording.ts';

/**
 * Says on the bus what a stored change left to say, and forgets it then: at least once, whatever dies in between,
 * because the sweeper says what others could not.
 */
export async function sayEvents(
  recording: TrackedRecording,
  { recordings, bus }: { recordings: RecordingStore; bus: EventBus },
): Promise<void> {
  const said = recording.unsaidEvents;
  if (said.length === 0) return;
  await bus.publish(said);
  const saidTexts = new Set(said.map((event) => JSON.stringify(event)));
  await recordings.change(recording.recordingId, (current) => {
    const unsaidEvents = current.unsaidEvents.filter((event) => !saidTexts.has(JSON.stringify(event)));
    return unsaidEvents.length === current.unsaidEvents.length ? current : { ...current, unsaidEvents };
  });
}
