/** Runs a bench by its name, or lists them. `npm run bench -- NAME [--quick] [what it takes itself]` */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { benches } from './benches.ts';

const [name, ...args] = process.argv.slice(2);
const bench = benches.find((candidate) => candidate.name === name);
if (bench === undefined) {
  console.log('npm run bench -- NAME [--quick]\n');
  for (const { name: known, measures, takes } of benches) console.log(`  ${known.padEnd(16)} ${measures} (${takes})`);
  process.exitCode = name === undefined ? 0 : 1;
} else {
  const file = fileURLToPath(new URL(`./${bench.name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', file, ...args], { stdio: 'inherit' });
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
