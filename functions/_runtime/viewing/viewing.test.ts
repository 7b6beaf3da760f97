import {
  makePolicyId,
  makeRecordingId,
  makeRuleId,
  type Recording,
  type SiteSettings,
  siteSettingsSchema,
  type ViewingRule,
} from '@afterimage/contracts';
import type { Page } from '@afterimage/core';
import { describe, expect, test } from '@jest/globals';
import { sampleRecording } from '../../../packages/core/src/testing/sample-recording.ts';
import { MemoryRecordings } from '../../_testing/memory-stores.ts';
import { TestClock } from '../../_testing/test-clock.ts';
import { ViewerCatalog } from './viewer-catalog.ts';
import { ViewerRecordings } from './viewer-recordings.ts';
import { ViewingRights } from './viewing-rights.ts';

const clock = new TestClock();
const base = sampleRecording();
const recordingOf = (user: string) =>
  sampleRecording({
    recordingId: makeRecordingId(clock),
    attributes: { ...base.attributes, user: { value: user, assertedBy: 'agent' } },
  });
const byAda = recordingOf('ada');
const byEve = recordingOf('eve');

/** A site in which groups see recordings of a user. */
function siteOf(change: Partial<SiteSettings>, rules: { viewer: ViewingRule['viewer']; sees: string }[]) {
  const settings = siteSettingsSchema.parse(change);
  const policy = {
    policyId: makePolicyId(clock),
    name: 'Viewers',
    description: '',
    version: 1,
    changedAt: '2026-11-22T09:00:00.000Z',
    changedBy: 'root',
    rules: rules.map(({ viewer, sees }) => ({
      ruleId: makeRuleId(clock),
      name: 'Rule',
      viewer,
      criteria: { principals: [{ kind: 'user' as const, name: sees }] },
    })),
  };
  const asked: string[] = [];
  const rights = new ViewingRights({
    site: {
      find: async () => ({
        settings,
        activePolicy: { policyId: 'do-not-record' as const, version: 1 },
        noticeMessagesVersion: 0,
      }),
    },
    viewingPolicies: {
      list: async () => {
        asked.push('policies');
        return rules.length === 0 ? [] : [policy];
      },
    },
  });
  return { rights, settings, asked };
}

const grace = { userName: 'grace', groups: [] };
const on = { areViewingPoliciesOn: true };

describe('what a viewer may see', () => {
  const auditorsSeeAda = [{ viewer: { kind: 'group' as const, name: 'Auditors' }, sees: 'ada' }];

  test('VIEW-002: is everything while viewing policies are off, and no policy is read', async () => {
    const { rights, asked } = siteOf({}, auditorsSeeAda);
    expect((await rights.of(grace))(byEve)).toBe(true);
    expect(asked).toEqual([]);
  });

  test('VIEW-004: changes with the next call when the setting, or a group of the viewer, changes', async () => {
    const { rights, settings } = siteOf(on, auditorsSeeAda);
    const seen = async (viewer: { userName: string; groups: string[] } = grace) => {
      const mayView = await rights.of(viewer);
      return [byAda, byEve].map((recording) => mayView(recording));
    };
    expect(await seen()).toEqual([false, false]);
    expect(await seen({ userName: 'grace', groups: ['auditors'] })).toEqual([true, false]);
    expect(await seen()).toEqual([false, false]);
    settings.areViewingPoliciesOn = false;
    expect(await seen()).toEqual([true, true]);
  });
});

describe('recordings of a viewer', () => {
  const seesAda = async () => (recording: Pick<Recording, 'attributes'>) => recording.attributes.user.value === 'ada';

  test('VIEW-001: are not there outside the viewing policies, neither to be found nor to be changed', async () => {
    const store = new MemoryRecordings();
    for (const recording of [byAda, byEve]) store.rows.set(recording.recordingId, recording);
    const recordings = new ViewerRecordings(store, seesAda);
    const touched: string[] = [];
    const touch = (recording: typeof byAda) => {
      touched.push(recording.attributes.user.value);
      return recording;
    };
    expect((await recordings.find(byAda.recordingId))?.recordingId).toBe(byAda.recordingId);
    expect(await recordings.find(byEve.recordingId)).toBeUndefined();
    expect((await recordings.change(byAda.recordingId, touch))?.recordingId).toBe(byAda.recordingId);
    expect(await recordings.change(byEve.recordingId, touch)).toBeUndefined();
    expect(touched).toEqual(['ada']);
  });

  /** Every `nth` recording is of ada. */
  const catalogOf = (count: number, nth: number) => {
    const all: Recording[] = Array.from({ length: count }, (_, i) => recordingOf(i % nth === 0 ? 'ada' : 'eve'));
    const limits: number[] = [];
    const catalog = {
      listLive: async () => all,
      listByTime: async ({ limit, cursor = '0' }: { limit: number; cursor?: string }): Promise<Page<Recording>> => {
        limits.push(limit);
        const end = Number(cursor) + limit;
        const items = all.slice(Number(cursor), end);
        return end < all.length ? { items, cursor: String(end) } : { items };
      },
    };
    const own = all.filter((_, i) => i % nth === 0).map(({ recordingId }) => recordingId);
    return { catalog: new ViewerCatalog(catalog, seesAda), own, limits };
  };

  test.each([1, 3, 7, 50])(
    'VIEW-001: are listed each once in pages of %i, none of others among them',
    async (limit) => {
      const { catalog, own } = catalogOf(100, 7);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await catalog.listByTime({ limit, ...(cursor === undefined ? {} : { cursor }) });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...page.items.map(({ recordingId }) => recordingId));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(own);
      expect((await catalog.listLive()).map(({ recordingId }) => recordingId)).toEqual(own);
    },
  );

  test('a page for who may see few is short after ten reads, and says where it goes on', async () => {
    const { catalog, limits } = catalogOf(5000, 4999);
    const page = await catalog.listByTime({ limit: 50 });
    expect(page.items).toHaveLength(1);
    expect(page.cursor).toBeDefined();
    expect(limits).toHaveLength(10);
  });
});
