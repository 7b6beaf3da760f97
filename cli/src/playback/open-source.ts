import { type ApiClient, ApiProblem, getRecording, type Recording, type RecordingId } from '@afterimage/contracts';
import { ApiSource, base64ToBytes, PlaybackFailure } from '@afterimage/player';

export interface OpenedRecording {
  recording: Recording;
  source: ApiSource;
}

/** The same source that the console's player reads from; its index is loaded. */
export async function openRecording(api: ApiClient, recordingId: RecordingId): Promise<OpenedRecording> {
  const { recording } = await api(getRecording, { params: { recordingId } });
  const source = new ApiSource({
    recordingId,
    devicePublicKey: base64ToBytes(recording.devicePublicKey),
    fetch: (input, init) => fetch(input, init),
    nowMs: () => performance.now(),
    api: async (route, request, signal) => {
      try {
        return await api(route, request, signal);
      } catch (cause) {
        if (!(cause instanceof ApiProblem)) throw cause;
        throw new PlaybackFailure('internal', { cause });
      }
    },
  });
  await source.refresh(AbortSignal.timeout(60_000));
  return { recording, source };
}
