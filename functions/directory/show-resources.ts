import type {
  deletePublishingSite,
  listPublishedResources,
  listPublishingSites,
  namePublishedResources,
  RouteInput,
} from '@afterimage/contracts';
import { findResources, type PublishedResourceStore, searchResources } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface ShowResourcesDependencies {
  publishedResources: PublishedResourceStore;
}

/** A cursor is the position where the page before ended, so that what is imported meanwhile moves nothing. */
export async function showResources(
  { publishedResources }: ShowResourcesDependencies,
  { query: { cursor = '', ...search } }: RouteInput<typeof listPublishedResources>,
): Promise<Outcome<typeof listPublishedResources>> {
  const begin = Buffer.from(cursor, 'base64url').toString('utf8');
  const page = searchResources(await publishedResources.listCatalogues(), { ...search, after: begin });
  return done({
    resources: page.resources,
    ...(page.after === undefined ? {} : { cursor: Buffer.from(page.after).toString('base64url') }),
  });
}

export async function nameResources(
  { publishedResources }: ShowResourcesDependencies,
  { body }: RouteInput<typeof namePublishedResources>,
): Promise<Outcome<typeof namePublishedResources>> {
  return done({ resources: findResources(await publishedResources.listCatalogues(), body.resourceIds) });
}

export async function showSites({
  publishedResources,
}: ShowResourcesDependencies): Promise<Outcome<typeof listPublishingSites>> {
  return done({ sites: await publishedResources.listSites() });
}

export async function deleteSite(
  { publishedResources }: ShowResourcesDependencies,
  { params }: RouteInput<typeof deletePublishingSite>,
): Promise<Outcome<typeof deletePublishingSite>> {
  if (await publishedResources.delete(params.siteId)) return done(undefined);
  return refuse('directory-entry-not-found', 'There is no such site. Nothing was changed.');
}
