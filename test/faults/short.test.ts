import { expect, test } from '@jest/globals';
import { assemblyDirectory } from '../support/assembly.ts';
import { runCampaign } from './campaign.ts';

const kills = 20;
/** The longest that a busy machine may take; the campaign itself ends by the number of kills. */
const withinMs = 10 * 60_000;

test(
  'TRN-002: whatever is killed, cut or set wrong, all that was acknowledged is there, exact, and every loss is declared',
  async () => {
    const report = await runCampaign({ kills, seed: 11, assemblyDirectory });
    expect(report.violations).toEqual([]);
    expect(report).toMatchObject({ kills, lostSegments: 0, undeclaredLosses: 0 });
    expect(report.intact).toBe(report.recordings);
    expect(report.acknowledgedSegments).toBeGreaterThan(0);
    expect(report.pictures).toBeGreaterThan(0);
  },
  withinMs,
);
