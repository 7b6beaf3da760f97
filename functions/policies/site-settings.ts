import type { changeSiteSettings, getSiteSettings, RouteInput } from '@afterimage/contracts';
import type { SiteStore } from '@afterimage/core';
import { done, type Outcome } from '../_runtime/http/route-binding.ts';

interface SiteSettingsDependencies {
  site: Pick<SiteStore, 'find' | 'changeSettings'>;
}

export async function showSettings({ site }: SiteSettingsDependencies): Promise<Outcome<typeof getSiteSettings>> {
  return done({ settings: (await site.find()).settings });
}

/** Two people who change two settings at once have both. */
export async function setSettings(
  { site }: SiteSettingsDependencies,
  { body }: RouteInput<typeof changeSiteSettings>,
): Promise<Outcome<typeof changeSiteSettings>> {
  return done({ settings: await site.changeSettings(body) });
}
