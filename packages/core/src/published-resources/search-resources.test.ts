import { makePublishingSiteId } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import type { SiteCatalogue } from '../stores/published-resource-store.ts';
import { countChanges } from './compare-resources.ts';
import { findResources, searchResources } from './search-resources.ts';

const ids = { nowMs: () => 0, randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) };

function siteOf(address: string, names: Record<string, string>): SiteCatalogue {
  const resources = Object.entries(names).map(([resourceId, displayName]) => ({
    resourceId,
    displayName,
    kind: resourceId.startsWith('desk') ? ('desktop' as const) : ('application' as const),
  }));
  const site = {
    siteId: makePublishingSiteId(ids),
    address,
    applicationCount: 0,
    desktopCount: 0,
    importedAt: '2026-11-22T10:00:00.000Z',
    importedBy: 'root',
  };
  return { site, resources };
}

const berlin = siteOf('berlin', { 'sap.exe': 'SAP Finance', 'CALC.EXE': 'Calculator', 'desk-1': 'Office desktop' });
const oslo = siteOf('oslo', { 'calc.exe': 'calculator', 'mail.exe': 'Post' });
const both = [oslo, berlin];
const namesOf = (search: Partial<Parameters<typeof searchResources>[1]>) =>
  searchResources(both, { limit: 50, ...search }).resources.map(
    ({ siteAddress, displayName }) => `${siteAddress} ${displayName}`,
  );

describe('the search of published resources', () => {
  test('lists by the name that people know, of equal ones by site', () => {
    expect(namesOf({})).toEqual([
      'berlin Calculator',
      'oslo calculator',
      'berlin Office desktop',
      'oslo Post',
      'berlin SAP Finance',
    ]);
  });

  test('finds parts of names and of ids, upper and lower case alike', () => {
    expect(namesOf({ find: 'FINANCE' })).toEqual(['berlin SAP Finance']);
    expect(namesOf({ find: 'Mail.' })).toEqual(['oslo Post']);
    expect(namesOf({ find: 'nothing' })).toEqual([]);
  });

  test('keeps to a site and to a kind', () => {
    expect(namesOf({ siteId: oslo.site.siteId })).toEqual(['oslo calculator', 'oslo Post']);
    expect(namesOf({ kind: 'desktop' })).toEqual(['berlin Office desktop']);
  });

  test('goes page by page, and where an entry between went on all the same', () => {
    const first = searchResources(both, { limit: 2 });
    expect(first.resources.map(({ displayName }) => displayName)).toEqual(['Calculator', 'calculator']);
    const left = [siteOf('oslo', { 'mail.exe': 'Post' }), berlin];
    const second = searchResources(left, { limit: 2, after: first.after });
    expect(second.resources.map(({ displayName }) => displayName)).toEqual(['Office desktop', 'Post']);
    const third = searchResources(left, { limit: 2, after: second.after });
    expect(third).toEqual({ resources: [expect.objectContaining({ resourceId: 'sap.exe' })] });
  });

  test('names an id for each site that publishes it', () => {
    const found = findResources(both, ['Calc.exe', 'unknown']);
    expect(found.map(({ siteAddress, displayName }) => [siteAddress, displayName])).toEqual([
      ['oslo', 'calculator'],
      ['berlin', 'Calculator'],
    ]);
  });
});

describe('what an import changes', () => {
  test('is counted by id, upper and lower case alike', () => {
    const before = siteOf('berlin', { a: 'A', b: 'B', c: 'C', D: 'D' }).resources;
    const after = siteOf('berlin', { a: 'A', b: 'Other', d: 'D', e: 'E' }).resources;
    expect(countChanges(before, after)).toEqual({ added: 1, changed: 2, removed: 1, unchanged: 1 });
  });
});
