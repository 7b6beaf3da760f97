import { makeRecordingId, type RecordingId } from '@afterimage/contracts';
import { computeChainStart, type TrackedRecording } from '@afterimage/core';
import { sampleRecording } from '../../packages/core/src/testing/sample-recording.ts';
import { MemoryChannel, MemoryWatches } from './memory-channel.ts';
import { MemoryBus, MemoryObjects, MemoryRecordings, MemorySegments, MemoryWorkQueue } from './memory-stores.ts';
import { SampleDevice } from './sample-device.ts';
import { silentLog, TestClock } from './test-clock.ts';

/** A service in memory with one device and one recording that has just begun. */
export async function sampleWorld() {
  const clock = new TestClock();
  const device = await SampleDevice.create(clock);
  const segments = new MemorySegments();
  const recordings = new MemoryRecordings(segments);
  const recordingId: RecordingId = makeRecordingId(clock);
  const recording: TrackedRecording = sampleRecording({
    recordingId,
    agentId: device.agent.agentId,
    devicePublicKey: device.agent.publicKey,
    chainStart: await computeChainStart(recordingId, device.agent.agentId),
  });
  recordings.rows.set(recordingId, recording);
  const world = {
    recordings,
    segments,
    chunks: new MemoryObjects(),
    finaliseQueue: new MemoryWorkQueue(),
    erasureQueue: new MemoryWorkQueue(),
    bus: new MemoryBus(),
    watches: new MemoryWatches(),
    channel: new MemoryChannel(),
    clock,
    log: silentLog,
  };
  const find = async () => {
    const found = await recordings.find(recordingId);
    if (found === undefined) throw new Error('the recording is gone');
    return found;
  };
  return { ...world, device, recordingId, find };
}
