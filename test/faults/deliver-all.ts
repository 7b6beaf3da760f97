import type { Recording, RecordingId } from '@afterimage/contracts';
import { pollUntil } from '../support/poll-until.ts';
import { showRecording } from '../support/recordings.ts';
import { noteSilence } from '../support/silence.ts';
import type { Stack } from '../support/stack.ts';
import type { StoredTruth } from '../support/stored-truth.ts';
import type { RecordedHost } from './recorded-host.ts';

const deliverWithinMs = 90_000;
const sealWithinMs = 15_000;
/** After this the sweeper takes it that whoever was to write the file is dead. */
const longSilenceMs = 20 * 60_000;
/** The sweeper runs each minute. */
const sweepWithinMs = 120_000;

/** Lets every host end its recording and bring all of it to the service. @returns hosts that could not */
export /** A process that ends with something undelivered is followed by one that sends all of it again. */
async function finishHosts(hosts: readonly RecordedHost[]): Promise<RecordedHost[]> {
  const outcomes = await Promise.all(
    hosts.map(async (host) => {
      try {
        await finishHost(host);
        return undefined;
      } catch {
        return host;
      }
    }),
  );
  return outcomes.filter((host) => host !== undefined);
}

/** A process that ends with something undelivered is followed by one that sends all of it again. */
async function finishHost(host: RecordedHost): Promise<void> {
  if (!host.isRunning) host.start();
  await pollUntil(
    'everything is delivered',
    () => {
      host.tell({ kind: 'finish' });
      if (!host.isRunning && host.isStored) return true;
      if (!host.isRunning) host.start(true);
      return false;
    },
    deliverWithinMs,
  );
}

/** Waits for the sealed file. Where its message died with a process, time passes until the sweeper looks. */
export async function sealedRecording(
  stack: Stack,
  truth: StoredTruth,
  recordingId: RecordingId,
): Promise<{ recording: Recording; neededSweeper: boolean }> {
  const isSealed = async () => {
    const recording = await showRecording(stack, recordingId);
    return ['complete', 'partial', 'failed'].includes(recording.state) && recording;
  };
  try {
    return { recording: await pollUntil('it is sealed', isSealed, sealWithinMs), neededSweeper: false };
  } catch {
    const since = new Date(Date.now() - longSilenceMs).toISOString();
    const row = await truth.row('RecordingIndex', `REC#${recordingId}`, 'META');
    const { sealing } = (row?.data ?? {}) as { sealing?: object };
    if (sealing) await truth.change('RecordingIndex', `REC#${recordingId}`, 'META', 'sealing', { ...sealing, since });
    await noteSilence(stack, truth, recordingId, longSilenceMs);
    return { recording: await pollUntil('it is sealed after a sweep', isSealed, sweepWithinMs), neededSweeper: true };
  }
}
