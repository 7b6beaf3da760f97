import {
  getErasure,
  getManifest,
  getManifestKeys,
  getMe,
  getRecording,
  getRecordingFiles,
  listRecordedEvents,
  listRecordingNotices,
  listRecordings,
  listSegments,
} from '@afterimage/contracts';
import { composeCatalog } from '../_runtime/composition/catalog.ts';
import { viewerApi } from '../_runtime/http/reviewer-api.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { showEvents } from './list-events.ts';
import { showRecordings } from './list-recordings.ts';
import { showSegments } from './list-segments.ts';
import { showErasure } from './show-erasure.ts';
import { showFiles } from './show-files.ts';
import { showManifestKeys } from './show-manifest-keys.ts';
import { showMe } from './show-me.ts';
import { showNotices } from './show-notices.ts';
import { showManifest, showRecording } from './show-recording.ts';

export const handler = viewerApi('catalog', composeCatalog(), [
  serve(listRecordings, showRecordings),
  serve(getRecording, showRecording),
  serve(listRecordingNotices, showNotices),
  serve(listSegments, showSegments),
  serve(listRecordedEvents, showEvents),
  serve(getManifest, showManifest),
  serve(getRecordingFiles, showFiles),
  serve(getManifestKeys, showManifestKeys),
  serve(getErasure, showErasure),
  serve(getMe, showMe),
]);
