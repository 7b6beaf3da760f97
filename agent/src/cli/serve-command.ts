import { type AgentOptions, createAgent } from '../agent.ts';
import type { Logger } from '../log/logger.ts';
import { DisplayService } from '../serve/display-service.ts';
import { findHostUser } from '../serve/host-user.ts';
import { describeDisplay, type FoundDisplay, findLocalDisplays } from '../serve/local-displays.ts';
import { enrolUnattended } from '../serve/unattended-enrolment.ts';
import { parseDisplayName, socketDirectory } from '../sources/x11/display-name.ts';
import { systemClock } from '../time/clock.ts';
import { exitCodes } from './exit-codes.ts';

export interface ServeCommandOptions {
  readonly display: readonly string[];
  readonly watch: boolean;
  readonly onlyUser: readonly string[];
  readonly fps?: number;
  readonly server?: string;
  readonly tokenFile?: string;
  readonly uploadInterval?: number;
  readonly recordOnError: boolean;
}

const sockets = { socketDirectory, findUser: findHostUser };

/** Until the signal aborts. @returns the exit code */
export async function runServe(
  agentOptions: AgentOptions,
  options: ServeCommandOptions,
  log: Logger,
  signal: AbortSignal,
): Promise<number> {
  const { server: serverUrl, tokenFile, recordOnError, uploadInterval, fps } = options;
  const { dataDirectory } = agentOptions;
  for (const display of options.display) parseDisplayName(display);
  if (serverUrl !== undefined && tokenFile !== undefined) {
    await enrolUnattended({ serverUrl, tokenFile, dataDirectory, log, signal });
  }
  const agent = await createAgent(agentOptions);
  try {
    const service = new DisplayService({
      agent,
      clock: systemClock,
      log,
      findDisplays: () => findDisplays(options),
      session: {
        application: 'X11 desktop',
        recordOnError,
        ...(uploadInterval !== undefined && { uploadIntervalMs: uploadInterval * 1000 }),
      },
      ...(fps !== undefined && { maxFramesPerSecond: fps }),
    });
    return (await service.run(signal)) === 'stopped' ? exitCodes.done : exitCodes.refused;
  } finally {
    await agent.close();
  }
}

async function findDisplays({ display, watch, onlyUser }: ServeCommandOptions): Promise<FoundDisplay[]> {
  const named = await Promise.all(display.map(describeNamed));
  if (!watch) return named;
  const local = await findLocalDisplays(sockets);
  const wanted = local.filter(({ owner }) => onlyUser.length === 0 || (owner && onlyUser.includes(owner.name)));
  return [...named, ...wanted.filter((found) => !named.some((other) => other.display === found.display))];
}

async function describeNamed(text: string): Promise<FoundDisplay> {
  const { host, number } = parseDisplayName(text);
  return host === '' ? { ...(await describeDisplay(number, sockets)), display: text } : { display: text };
}
