import type { RecordingCatalog, RecordingStore } from '@afterimage/core';
import { ViewerCatalog } from '../_runtime/viewing/viewer-catalog.ts';
import { ViewerRecordings } from '../_runtime/viewing/viewer-recordings.ts';

const everything = async () => () => true;
const change: RecordingStore['change'] = async () => {
  throw new Error('this test changes no recording');
};

/** Recordings to a viewer who may see them all. */
export function seenByAll(recordings: Pick<RecordingStore, 'find'> & Partial<Pick<RecordingStore, 'change'>>) {
  const store = { find: recordings.find.bind(recordings), change: recordings.change?.bind(recordings) ?? change };
  return new ViewerRecordings(store, everything);
}

export function catalogSeenByAll(catalog: RecordingCatalog): ViewerCatalog {
  return new ViewerCatalog(catalog, everything);
}
