import { openPlayback, releaseKeys } from '@afterimage/contracts';
import { composePlayback } from '../_runtime/composition/playback.ts';
import { viewerApi } from '../_runtime/http/reviewer-api.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { startPlayback } from './open-playback.ts';
import { releaseEpochKeys } from './release-keys.ts';

export const handler = viewerApi('playback', composePlayback(), [
  serve(openPlayback, startPlayback),
  serve(releaseKeys, releaseEpochKeys),
]);
