import { endWatch, openPlayback, openWatch, releaseKeys, renewWatch } from '@afterimage/contracts';
import { composePlayback } from '../_runtime/composition/playback.ts';
import { reviewerApi } from '../_runtime/http/reviewer-api.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { stopWatching } from './end-watch.ts';
import { startPlayback } from './open-playback.ts';
import { startWatch } from './open-watch.ts';
import { releaseEpochKeys } from './release-keys.ts';
import { goOnWatching } from './renew-watch.ts';

export const handler = reviewerApi('playback', composePlayback(), [
  serve(openPlayback, startPlayback),
  serve(releaseKeys, releaseEpochKeys),
  serve(openWatch, startWatch),
  serve(renewWatch, goOnWatching),
  serve(endWatch, stopWatching),
]);
