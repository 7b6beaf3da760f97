import { DynamoDocuments, DynamoSiteStore, DynamoViewingPolicyStore } from '@afterimage/aws';
import type { Identity, MayView, RecordingCatalog, RecordingStore } from '@afterimage/core';
import { systemClock } from '../system-clock.ts';
import { ViewerCatalog } from '../viewing/viewer-catalog.ts';
import { ViewerRecordings } from '../viewing/viewer-recordings.ts';
import { ViewingRights } from '../viewing/viewing-rights.ts';
import { tableNamed } from './clients.ts';

interface Viewing {
  configurationTable: string;
  recordings: Pick<RecordingStore, 'find' | 'change'>;
}

/** What a caller may see. The stores themselves stay in here: use cases of viewers cannot reach past the gate. */
export function composeSeenBy({ configurationTable, recordings }: Viewing) {
  const rightsOf = composeRights(configurationTable);
  return (viewer: Identity) => ({ recordings: new ViewerRecordings(recordings, rightsOf(viewer)) });
}

/** As above, with the list. */
export function composeCatalogSeenBy({
  configurationTable,
  recordings,
  catalog,
}: Viewing & { catalog: RecordingCatalog }) {
  const rightsOf = composeRights(configurationTable);
  return (viewer: Identity) => {
    const rights = rightsOf(viewer);
    return { recordings: new ViewerRecordings(recordings, rights), catalog: new ViewerCatalog(catalog, rights) };
  };
}

/** Rights are read once in a call, when they are first needed. */
function composeRights(configurationTable: string) {
  const configuration = tableNamed(configurationTable);
  const viewingPolicies = new DynamoViewingPolicyStore(configuration, new DynamoDocuments(configuration, systemClock));
  const viewingRights = new ViewingRights({ site: new DynamoSiteStore(configuration), viewingPolicies });
  return (viewer: Identity) => {
    let rights: Promise<MayView> | undefined;
    return () => {
      rights ??= viewingRights.of(viewer);
      return rights;
    };
  };
}
