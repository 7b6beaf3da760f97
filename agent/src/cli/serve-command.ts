import { type AgentOptions, createAgent } from '../agent.ts';
import { ControlSockets } from '../control/control-sockets.ts';
import type { Logger } from '../log/logger.ts';
import { DisplayService } from '../serve/display-service.ts';
import { findHostUser } from '../serve/host-user.ts';
import { type FoundDisplay, LocalDisplays } from '../serve/local-displays.ts';
import { findLoginName } from '../serve/login-sessions.ts';
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
  readonly holdBack?: number;
  readonly recordOnError: boolean;
  readonly accessTag: readonly string[];
  /** Shell command that ends the session of a user who does not agree. Default: systemd-logind ends it. */
  readonly onDecline?: string;
}

/** Until the signal aborts. @returns the exit code */
export async function runServe(
  agentOptions: AgentOptions,
  options: ServeCommandOptions,
  log: Logger,
  signal: AbortSignal,
): Promise<number> {
  const { server: serverUrl, tokenFile, recordOnError, uploadInterval, holdBack, fps, onDecline, accessTag } = options;
  const { dataDirectory } = agentOptions;
  for (const display of options.display) parseDisplayName(display);
  if (serverUrl !== undefined && tokenFile !== undefined) {
    await enrolUnattended({ serverUrl, tokenFile, dataDirectory, log, signal });
  }
  const agent = await createAgent(agentOptions);
  const local = new LocalDisplays({ socketDirectory, findUser: findHostUser, findLoginName });
  const controlSockets = new ControlSockets({ control: agent.sessions, dataDirectory, log });
  try {
    await controlSockets.openForAdministrators();
    const service = new DisplayService({
      agent,
      controlSockets,
      clock: systemClock,
      log,
      findDisplays: () => findDisplays(options, local),
      session: {
        application: 'X11 desktop',
        recordOnError,
        accessTags: accessTag,
        staysUnrecorded: true,
        ...(uploadInterval !== undefined && { uploadIntervalMs: uploadInterval * 1000 }),
        ...(holdBack !== undefined && { holdBackMs: holdBack * 1000 }),
      },
      ...(fps !== undefined && { maxFramesPerSecond: fps }),
      ...(onDecline !== undefined && { onDecline }),
    });
    return (await service.run(signal)) === 'stopped' ? exitCodes.done : exitCodes.refused;
  } finally {
    await controlSockets.close();
    await agent.close();
  }
}

async function findDisplays(
  { display, watch, onlyUser }: ServeCommandOptions,
  local: LocalDisplays,
): Promise<FoundDisplay[]> {
  const named = await Promise.all(display.map((text) => describeNamed(text, local)));
  if (!watch) return named;
  const found = await local.findAll();
  const wanted = found.filter(({ owner }) => onlyUser.length === 0 || (owner && onlyUser.includes(owner.name)));
  return [...named, ...wanted.filter((one) => !named.some((other) => other.display === one.display))];
}

async function describeNamed(text: string, local: LocalDisplays): Promise<FoundDisplay> {
  const { host, number } = parseDisplayName(text);
  return host === '' ? { ...(await local.describe(number)), display: text } : { display: text };
}
