import { refuse } from '../http/route-binding.ts';

/** The same answer for a recording that does not exist and for one that the caller may not know of. */
export function refuseUnknownRecording() {
  return refuse('recording-not-found', 'There is no such recording, or it is not one that you may see.');
}
