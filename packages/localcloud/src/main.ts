#!/usr/bin/env node
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type DemoUser, startLocalCloud } from './index.ts';
import { assertNotInUse, databaseFileName } from './kernel/database.ts';

const usage = `localcloud: AWS on one machine, from a synthesized CDK app

  node main.ts --assembly cdk.out --data .local [--port 4566] [--host 127.0.0.1] [--users users.json] [--reset] [--verbose] [--allow-faults]

  --assembly DIR  the synthesized app (default cdk.out)
  --data DIR      where everything is kept (default .local)
  --port N        default: last time's port if it is free, else a free one
  --users FILE    people who can sign in: [{ username, password, name, email, groups }]
  --reset         clears the data directory first
  --allow-faults  serves /_localcloud/faults, which makes parts of it fail
`;

/** Clears a data directory that is localcloud's and that no other localcloud has open; any other directory is refused. */
function reset(dataDirectory: string): void {
  if (!existsSync(dataDirectory) || readdirSync(dataDirectory).length === 0) return;
  if (!existsSync(join(dataDirectory, databaseFileName))) {
    throw new Error(`${dataDirectory} is not a data directory of localcloud: not cleared.`);
  }
  assertNotInUse(dataDirectory);
  rmSync(dataDirectory, { recursive: true, force: true });
}

function readUsers(path: string): DemoUser[] {
  return JSON.parse(readFileSync(path, 'utf8')) as DemoUser[];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      assembly: { type: 'string', default: 'cdk.out' },
      data: { type: 'string', default: '.local' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
      users: { type: 'string' },
      reset: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      'allow-faults': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port} is not a port number.`);
  if (values.reset) reset(values.data);
  const cloud = await startLocalCloud({
    assemblyDirectory: values.assembly,
    dataDirectory: values.data,
    host: values.host,
    port,
    allowFaults: values['allow-faults'],
    demoUsers: values.users === undefined ? [] : readUsers(values.users),
    log: (level, message, fields) => {
      if (values.verbose || level === 'error' || level === 'warn') {
        process.stderr.write(`${JSON.stringify({ level, message, ...fields })}\n`);
      }
    },
  });
  process.stdout.write(`${JSON.stringify({ event: 'ready', endpoint: cloud.endpoint, outputs: cloud.outputs })}\n`);
  stopOnSignal(() => cloud.stop());
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
