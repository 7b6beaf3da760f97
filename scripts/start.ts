import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildWeb, repository, synthesize } from './build.ts';
import { setUp } from './local/first-setup.ts';
import { launchDemo } from './local/launch-demo.ts';
import { type LocalCloudProcess, launchLocalCloud } from './local/launch-localcloud.ts';
import { people } from './local/people.ts';

const usage = `Runs Afterimage on this machine: AWS as localcloud, the console, and a session being recorded.

  npm start -- [--port N] [--data DIR] [--no-demo] [--reset]

  --port N    port of the console and everything else; else last time's, else a free one
  --data DIR  where everything is kept (default .local)
  --no-demo   record nothing
  --reset     forget everything that was recorded before
`;

function parseOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      data: { type: 'string', default: '.local' },
      demo: { type: 'boolean', default: true },
      reset: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port} is not a port number`);
  return { ...values, port, data: resolve(repository, values.data) };
}

/** One line for each step, with the time it took, so that nobody wonders what the machine is doing. */
async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  process.stdout.write(`${name} … `);
  const startedAt = performance.now();
  const result = await work();
  process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
  return result;
}

function reset(data: string): void {
  if (!existsSync(data)) return;
  const isOurs = existsSync(join(data, 'cloud', 'localcloud.sqlite'));
  if (!isOurs) throw new Error(`${data} was not made by Afterimage, so it is not cleared`);
  rmSync(data, { recursive: true });
}

function describe(cloud: LocalCloudProcess): string {
  const users = Object.values(people).map(({ username, name }) => `    ${username.padEnd(6)} ${name}`);
  return [
    '',
    `  Console   ${cloud.endpoint}/`,
    `  Password  ${people.administrator.password}`,
    ...users,
    '',
    `  AWS endpoint for the SDK and CLI: AWS_ENDPOINT_URL=${cloud.endpoint}`,
    '  Ctrl-C ends everything; what was recorded stays.',
    '',
    '',
  ].join('\n');
}

async function main(): Promise<void> {
  const options = parseOptions();
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const interrupted = new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => done());
  });
  if (options.reset) reset(options.data);
  const assemblyDirectory = join(options.data, 'cdk.out');
  await step('Building the console', buildWeb);
  await step('Synthesizing the CDK app', () => synthesize(assemblyDirectory));
  const cloud = await step('Starting localcloud', () =>
    launchLocalCloud({
      assemblyDirectory,
      dataDirectory: join(options.data, 'cloud'),
      port: options.port,
      onErrorLine: (line) => process.stderr.write(`${line}\n`),
    }),
  );
  const { enrolmentToken } = await step('Assigning roles', () => setUp(cloud.endpoint));
  process.stdout.write(describe(cloud));
  const demo = options.demo
    ? await launchDemo({ endpoint: cloud.endpoint, enrolmentToken, dataDirectory: join(options.data, 'demo') })
    : undefined;
  const crashed = new Promise<never>((_, reject) => {
    cloud.process.once('exit', (code, signal) => reject(new Error(`localcloud ended by itself (${code ?? signal})`)));
  });
  await Promise.race([interrupted, crashed]);
  process.stdout.write('\nEnding the recording … ');
  await demo?.stop();
  cloud.process.removeAllListeners('exit');
  await cloud.stop();
  process.stdout.write('done\n');
  process.exit(0);
}

main().catch((error: unknown) => {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
