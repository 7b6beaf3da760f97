import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildWeb, repository, synthesize } from '../../scripts/build.ts';
import { runCampaign } from './campaign.ts';
import { formatReport } from './campaign-report.ts';

/** `npm run test:faults -- --kills 1000 [--seed 7] [--json FILE]`: exit code 1 when anything was lost that may not be. */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '25' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});

const assemblyDirectory = join(repository, '.build', 'faults-assembly');
await buildWeb();
await synthesize(assemblyDirectory);
const report = await runCampaign({
  kills: Number(values.kills),
  seed: Number(values.seed),
  assemblyDirectory,
  onRound: ({ kills, rounds, elapsedSeconds, acknowledgedSegments }) => {
    const line = { rounds, kills, seconds: Math.round(elapsedSeconds), acknowledgedSegments };
    process.stderr.write(`${JSON.stringify(line)}\n`);
  },
});
process.stdout.write(`${formatReport(report)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = report.violations.length === 0 ? 0 : 1;
