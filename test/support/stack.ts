import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, createApiClient } from '@afterimage/contracts';
import { setUp } from '../../scripts/local/first-setup.ts';
import { launchLocalCloud } from '../../scripts/local/launch-localcloud.ts';
import type { Person } from '../../scripts/local/people.ts';
import { signInOnPage } from '../../scripts/local/sign-in.ts';
import { assemblyDirectory as synthesizedBeforeTests } from './assembly.ts';

export { type Person, people } from '../../scripts/local/people.ts';

/** The product on one machine, as `npm start` runs it, for one test file. */
export interface Stack {
  readonly endpoint: string;
  /** An empty directory for what the test itself wants to keep. */
  readonly scratch: string;
  readonly enrolmentToken: string;
  /** `Stack-ExportName` → value, of every stack. */
  readonly outputs: Record<string, string>;
  /** Lines of a log group, oldest first; none when nothing was logged yet. */
  logLines(logGroupName: string): string[];
  /** What an operator's own key may do: everything. For looking behind the product and for breaking it. */
  readonly rootClient: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  accessToken(person: Person): Promise<string>;
  api(person: Person): ApiClient;
  /** Ends the process as a power cut would; everything is out of reach until `start`. */
  kill(): Promise<void>;
  /** Starts again on the same data, at the same address. */
  start(): Promise<void>;
  /** Ends cleanly and starts again on the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Physical id of the resource whose logical id begins so, out of the stacks' outputs: `Landing`, `RecordingIndex` … */
export function resourceName(stack: Stack, logicalIdPrefix: string): string {
  const found = Object.entries(stack.outputs).find(([key]) => key.startsWith(`ExportsOutputRef${logicalIdPrefix}`));
  if (found === undefined) throw new Error(`no output for ${logicalIdPrefix}`);
  return found[1];
}

export interface StackOptions {
  /** Default: what was synthesized before the system tests. */
  readonly assemblyDirectory?: string;
  /** Default: a temporary one. It is removed when the stack is closed, with everything in it. */
  readonly directory?: string;
  /** Default: no. */
  readonly allowFaults?: boolean;
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { assemblyDirectory = synthesizedBeforeTests, allowFaults = false } = options;
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'afterimage-test-'));
  const dataDirectory = join(directory, 'cloud');
  const scratch = join(directory, 'scratch');
  mkdirSync(scratch, { recursive: true });
  const start = () => launchLocalCloud({ assemblyDirectory, dataDirectory, allowFaults });
  let cloud = await start();
  const { endpoint } = cloud;
  const { enrolmentToken } = await setUp(endpoint);
  const tokens = new Map<string, Promise<string>>();
  const accessToken = (person: Person) => {
    const token = tokens.get(person.username) ?? signInOnPage(endpoint, person);
    tokens.set(person.username, token);
    return token;
  };
  const startAgain = async () => {
    cloud = await start();
    if (cloud.endpoint !== endpoint) throw new Error('localcloud came back at another address');
  };
  const { accessKeyId, secretAccessKey } = JSON.parse(
    readFileSync(join(dataDirectory, 'credentials.json'), 'utf8'),
  ) as {
    accessKeyId: string;
    secretAccessKey: string;
  };
  return {
    endpoint,
    scratch,
    enrolmentToken,
    outputs: Object.assign({}, ...Object.values(cloud.outputs)) as Record<string, string>,
    logLines: (logGroupName) => readLines(join(dataDirectory, 'logs', logFileName(logGroupName))),
    rootClient: { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } },
    accessToken,
    api: (person) => createApiClient({ server: endpoint, accessToken: () => accessToken(person) }),
    kill: () => cloud.kill(),
    start: startAgain,
    async restart() {
      await cloud.stop();
      await startAgain();
    },
    async close() {
      await cloud.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** As localcloud names the file of a log group. */
function logFileName(logGroupName: string): string {
  return `${logGroupName.replace(/^\//, '').replaceAll('/', '.')}.log`;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}
