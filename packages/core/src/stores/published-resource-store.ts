import type { PublishedResource, PublishingSite, PublishingSiteId } from '@afterimage/contracts';

/** What a site publishes, as one whole. */
export interface SiteCatalogue {
  site: PublishingSite;
  resources: readonly PublishedResource[];
}

export interface StoredCatalogue extends SiteCatalogue {
  /** Another with each write; opaque. */
  version: string;
}

/** Published applications and desktops by site. Sites are few and their addresses unique, upper and lower case alike. */
export interface PublishedResourceStore {
  /** By address. */
  listSites(): Promise<PublishingSite[]>;
  /** All sites with what they publish, by address. */
  listCatalogues(): Promise<SiteCatalogue[]>;
  find(address: string): Promise<StoredCatalogue | undefined>;
  /** False where the site is no longer as it was before: nothing is written, read again. */
  put(catalogue: SiteCatalogue, before: StoredCatalogue | undefined): Promise<boolean>;
  /** False where there is none. */
  delete(siteId: PublishingSiteId): Promise<boolean>;
}
