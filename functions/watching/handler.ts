import { endWatch, getPlayback, openWatch, renewWatch } from '@afterimage/contracts';
import { composeWatching } from '../_runtime/composition/watching.ts';
import { viewerApi } from '../_runtime/http/reviewer-api.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { confirmPlayback, stopWatchesOf } from './confirm-playback.ts';
import { stopWatching } from './end-watch.ts';
import { startWatch } from './open-watch.ts';
import { goOnWatching, stopRefusedWatch } from './renew-watch.ts';

export const handler = viewerApi('watching', composeWatching(), [
  serve(openWatch, startWatch),
  serve(renewWatch, goOnWatching, { whenDenied: stopRefusedWatch }),
  serve(endWatch, stopWatching),
  serve(getPlayback, confirmPlayback, { whenDenied: stopWatchesOf }),
]);
