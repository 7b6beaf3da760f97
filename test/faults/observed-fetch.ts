import { createHash } from 'node:crypto';
import { getCommits, type RecordingId, recordingIdSchema } from '@afterimage/contracts';
import { splitSegments } from '@afterimage/recording';
import type { TruthEntry, TruthLog } from './truth-log.ts';

/** The agent's way to the service, with a witness: what goes out as segments, and what the service says it has. */
export function observeFetch(truth: TruthLog): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (init?.method === 'PUT' && init.body instanceof Uint8Array) truth.note(...sentSegments(url, init.body));
    const response = await fetch(input, init);
    const isCommits = url.pathname === getCommits.path && response.ok;
    if (isCommits) truth.note(...(await acknowledgements(response.clone())));
    return response;
  };
}

/** Of `…/chunks/REC_ID/NAME`. */
function sentSegments(url: URL, chunk: Uint8Array): TruthEntry[] {
  const recordingId = recordingIdSchema.parse(url.pathname.split('/').at(-2));
  return [...splitSegments(chunk)].map(({ header, offset, length }) => ({
    kind: 'sent',
    recordingId,
    sequence: header.sequence,
    sha256: createHash('sha256')
      .update(chunk.subarray(offset, offset + length))
      .digest('base64url'),
  }));
}

async function acknowledgements(response: Response): Promise<TruthEntry[]> {
  const answer = getCommits.response.safeParse(await response.json());
  if (!answer.success) return [];
  return answer.data.recordings.map(({ recordingId, contiguousSequence, storedBeyond, rejections }) => ({
    kind: 'acknowledged',
    recordingId: recordingId satisfies RecordingId,
    ranges: contiguousSequence > 0 ? [[1, contiguousSequence], ...storedBeyond] : storedBeyond,
    rejected: rejections.length,
    atMs: Date.now(),
  }));
}
