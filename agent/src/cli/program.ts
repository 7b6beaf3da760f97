import { Command, InvalidArgumentError, Option } from 'commander';
import { type AgentOptions, createAgent } from '../agent.ts';
import { agentVersion } from '../agent-version.ts';
import { enrolAgent } from '../enrol-agent.ts';
import { defaultDataDirectory, openDataDirectory } from '../files/data-directory.ts';
import { createJsonLogger } from '../log/logger.ts';
import { HostSettings } from '../settings/host-settings.ts';
import { systemClock } from '../time/clock.ts';
import { exitCodes } from './exit-codes.ts';
import { type RecordCommandOptions, runRecord } from './record-command.ts';
import { runServe, type ServeCommandOptions } from './serve-command.ts';
import { runSession, runSessionList, type SessionCommandOptions } from './session-command.ts';
import { runStatus } from './status-command.ts';

interface DirectoryOptions {
  readonly data: string;
}

interface SpoolOptions extends DirectoryOptions {
  readonly spoolLimit?: number;
  readonly messageLife?: number;
}

/** Log lines go to stderr as JSON; what a script wants goes to stdout. */
const log = createJsonLogger(systemClock, (line) => process.stderr.write(line));

/** @param signal aborts on SIGTERM and SIGINT: the recording under way ends cleanly */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command('afterimage-agent')
    .description('Records desktop sessions and delivers them to Afterimage.')
    .version(agentVersion)
    .exitOverride();
  program.addCommand(enrolCommand());
  program.addCommand(recordCommand(signal));
  program.addCommand(serveCommand(signal));
  program.addCommand(statusCommand());
  program.addCommand(sessionCommand());
  program.addCommand(flushCommand());
  program.addCommand(switchCommand('enable', true, 'record on this host again'));
  program.addCommand(switchCommand('disable', false, 'record nothing on this host; recordings under way end'));
  return program;
}

function enrolCommand(): Command {
  return directoryCommand('enrol', 'enrol this host with an enrolment token')
    .alias('enroll')
    .requiredOption('--server <url>', 'address of the service', parseUrl)
    .requiredOption('--token <token>', 'enrolment token, shown once when it was made')
    .action(async ({ server, token, data }: DirectoryOptions & { server: string; token: string }) => {
      const { agentId } = await enrolAgent({ serverUrl: server, token, dataDirectory: data, log });
      process.stdout.write(`${agentId}\n`);
    });
}

function recordCommand(signal: AbortSignal): Command {
  return spoolCommand('record', 'record one session in the foreground')
    .addOption(new Option('--source <kind>', 'what to record').choices(['browser', 'x11']).default('browser'))
    .option('--display <name>', 'X display to record; default: DISPLAY')
    .option('--authority <file>', 'authority file of the display; default: XAUTHORITY, else ~/.Xauthority')
    .option('--fps <number>', 'most pictures a second; default 10', parsePositive)
    .option('--url <url>', 'page to open in a browser of its own', parseUrl)
    .option('--attach <url>', 'record a running browser instead, by its debugging address', parseUrl)
    .option('--browser <path>', 'executable of the browser to start')
    .option('--window', 'show the browser that is started', false)
    .option('--width <pixels>', 'width of the browser that is started', parsePositive, 1280)
    .option('--height <pixels>', 'height of the browser that is started', parsePositive, 800)
    .option('--user <name>', 'whose session it is; default: who runs the agent')
    .option('--application <name>', 'what is recorded; default: Chromium, or X11 desktop')
    .option('--client-address <address>', "of the user's own device; default: SSH_CONNECTION")
    .option('--language <tag>', "the user's, such as de or pt-BR; default: LC_ALL, LC_MESSAGES or LANG")
    .option('--access-tag <tag>', 'how the session came in; may be given several times', collect, [])
    .option('--on-decline <command>', 'ends the session of a user who does not agree; default: the browser is closed')
    .option('--stay', 'not recorded, wait for an administrator to start it', false)
    .option('--upload-interval <seconds>', 'default: what the policy says', parsePositive)
    .option('--duration <seconds>', 'end by itself after this time', parsePositive)
    .option('--hold-back <seconds>', 'keep what is recorded in memory so long first; default 0', parsePositive)
    .option('--record-on-error', 'record when the service cannot be asked; it decides later', false)
    .action(async (options: RecordCommandOptions & SpoolOptions) => {
      process.exitCode = await runRecord(agentOptionsOf(options), options, signal);
    });
}

function serveCommand(signal: AbortSignal): Command {
  return spoolCommand('serve', 'record X displays as a service, each as a session of its own, as they come and go')
    .option('--display <name>', 'record this display; may be given several times', collect, [])
    .option('--watch', 'record every display of this machine', false)
    .option('--only-user <name>', 'of those, only displays of this user; may be given several times', collect, [])
    .option('--fps <number>', 'most pictures a second; default 10', parsePositive)
    .option('--access-tag <tag>', 'how sessions came in; may be given several times', collect, [])
    .option('--on-decline <command>', 'ends the session of a user who does not agree; default: loginctl does')
    .option('--server <url>', 'where to enrol when this host is not enrolled yet', parseUrl)
    .option('--token-file <file>', 'file with the enrolment token to enrol with')
    .option('--upload-interval <seconds>', 'default: what the policy says', parsePositive)
    .option('--hold-back <seconds>', 'keep what is recorded in memory so long first; default 0', parsePositive)
    .option('--record-on-error', 'record when the service cannot be asked; it decides later', false)
    .action(async (options: ServeCommandOptions & SpoolOptions) => {
      if (options.display.length === 0 && !options.watch) throw new InvalidArgumentError('Give --display or --watch.');
      process.exitCode = await runServe(agentOptionsOf(options), options, log, signal);
    });
}

function statusCommand(): Command {
  return directoryCommand('status', 'show what this agent is and does')
    .option('--json', 'for scripts', false)
    .action(async ({ data, json }: DirectoryOptions & { json: boolean }) => {
      process.exitCode = await runStatus(data, json);
    });
}

function sessionCommand(): Command {
  const command = new Command('session')
    .description('start, stop and look at the recording of the session in which this runs, or of another one')
    .exitOverride();
  for (const action of ['start', 'stop', 'status'] as const) {
    const controls = directoryCommand(action, sessionActions[action])
      .option('--session <id>', 'another session; takes the rights of the agent or of root')
      .option('--json', 'for scripts', false)
      .action(async (options: SessionCommandOptions) => {
        process.exitCode = await runSession(action, options);
      });
    if (action === 'start') controls.option('--without-notice', 'as an administrator, do not tell the user', false);
    command.addCommand(controls);
  }
  return command.addCommand(
    directoryCommand('list', 'list the sessions of this host; takes the rights of the agent or of root')
      .option('--json', 'for scripts', false)
      .action(async (options: Omit<SessionCommandOptions, 'session'>) => {
        process.exitCode = await runSessionList(options);
      }),
  );
}

const sessionActions = {
  start: 'start a recording: the user where the policy lets them, an administrator of this host always',
  stop: 'stop the recording: the user what they have started, an administrator of this host any',
  status: 'tell whether it is recorded',
} as const;

function flushCommand(): Command {
  return spoolCommand('flush', 'deliver what an earlier run left')
    .option('--within <seconds>', 'give up after this time', parsePositive, 300)
    .action(async (options: SpoolOptions & { within: number }) => {
      const agent = await createAgent(agentOptionsOf(options));
      try {
        const isStored = await agent.flush(options.within * 1000);
        process.exitCode = isStored ? exitCodes.done : exitCodes.notAllStored;
      } finally {
        await agent.close();
      }
    });
}

function switchCommand(name: string, isOn: boolean, description: string): Command {
  return directoryCommand(name, description).action(async ({ data }: DirectoryOptions) => {
    const { settings } = await openDataDirectory(data);
    await new HostSettings(settings).change({ isRecordingEnabled: isOn });
  });
}

function directoryCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .exitOverride()
    .option('--data <directory>', 'where the agent keeps its key and its spool', defaultDataDirectory());
}

function spoolCommand(name: string, description: string): Command {
  return directoryCommand(name, description)
    .option('--spool-limit <bytes>', 'bound of the spool; default 1 GiB', parsePositive)
    .option('--message-life <seconds>', 'discard what was not stored in this time; default 7200', parsePositive);
}

function agentOptionsOf({ data, spoolLimit, messageLife }: SpoolOptions): AgentOptions {
  return {
    dataDirectory: data,
    log,
    ...(spoolLimit !== undefined && { spoolLimitBytes: spoolLimit }),
    ...(messageLife !== undefined && { messageLifeMs: messageLife * 1000 }),
  };
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('Not a number above zero.');
  return value;
}

function parseUrl(text: string): string {
  if (!URL.canParse(text)) throw new InvalidArgumentError('Not an address such as https://example.org.');
  return text;
}
