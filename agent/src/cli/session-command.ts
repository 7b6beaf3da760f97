import { userInfo } from 'node:os';
import { sessionIdSchema } from '@afterimage/contracts';
import { askAgent, NoControlError } from '../control/ask-agent.ts';
import type { ControlAnswer, ControlRequest } from '../control/control-protocol.ts';
import { administratorSocketPath, sessionSocketPaths } from '../control/control-sockets.ts';
import { exitCodes } from './exit-codes.ts';

export interface SessionCommandOptions {
  readonly data: string;
  /** Default: the session in which the command runs. */
  readonly session?: string;
  /** The user is not told of what an administrator starts. */
  readonly withoutNotice?: boolean;
  readonly json: boolean;
}

/** Asks the running agent. @returns the exit code */
export async function runSession(action: ControlRequest['action'], options: SessionCommandOptions): Promise<number> {
  return show(await ask(action, options), options);
}

/** Sessions of the host, as its administrators may see them. @returns the exit code */
export async function runSessionList(options: Omit<SessionCommandOptions, 'session'>): Promise<number> {
  return show(await askFirst([administratorSocketPath(options.data)], { action: 'status' }), options);
}

function show(answer: ControlAnswer | undefined, options: Pick<SessionCommandOptions, 'json'>): number {
  if (!answer) {
    process.stderr.write('No agent can be asked here. Is it running, and is the session yours?\n');
    return exitCodes.failed;
  }
  process.stdout.write(options.json ? `${JSON.stringify(answer, null, 2)}\n` : describe(answer));
  return answer.outcome === 'status' || isDone(answer) ? exitCodes.done : exitCodes.refused;
}

function isDone({ outcome }: ControlAnswer): boolean {
  return outcome === 'started' || outcome === 'stopped';
}

function ask(action: ControlRequest['action'], options: SessionCommandOptions): Promise<ControlAnswer | undefined> {
  const { session, withoutNotice } = options;
  const own = socketsOfThisSession(options.data);
  if (session === undefined) return askFirst(own, { action });
  const silence = withoutNotice && { notifiesUser: false };
  const request = { action, sessionId: sessionIdSchema.parse(session), account: accountOfAsker(), ...silence };
  return askFirst([administratorSocketPath(options.data), ...own], request);
}

/** Who became root by sudo is named by their own account. */
function accountOfAsker(): string {
  return process.env.SUDO_USER || userInfo().username;
}

/** @returns what the first says that knows the session */
async function askFirst(paths: readonly string[], request: ControlRequest): Promise<ControlAnswer | undefined> {
  let answer: ControlAnswer | undefined;
  for (const path of paths) {
    try {
      answer = await askAgent(path, request);
      if (answer.outcome !== 'unknown-session') return answer;
    } catch (error) {
      if (!(error instanceof NoControlError)) throw error;
    }
  }
  return answer;
}

function socketsOfThisSession(dataDirectory: string): string[] {
  const userId = process.getuid?.() ?? 0;
  const { DISPLAY } = process.env;
  const places = [...(DISPLAY ? [DISPLAY.replace(/^unix:/, ':').replace(/\.\d+$/, '')] : []), 'browser'];
  return places.flatMap((place) => sessionSocketPaths(dataDirectory, userId, place));
}

const sentences: Readonly<Record<Exclude<ControlAnswer['outcome'], 'status'>, string>> = {
  started: 'Recording has been started.',
  stopped: 'Recording has been stopped; what was recorded is being delivered.',
  'already-recorded': 'The session is already recorded; that goes on as it is.',
  'not-recorded': 'The session is not being recorded.',
  'not-allowed': 'The policy does not let the user start a recording of this session.',
  'not-started-by-user': 'The user has not started this recording and cannot stop it.',
  'stopped-by-administrator': 'An administrator has stopped the recording of this session; only they start it again.',
  'user-is-asked': 'The user is being asked for consent; wait for the answer.',
  'unknown-session': 'The agent knows no such session.',
  'bad-request': 'The agent did not understand. Is it of the same version?',
};

const states = { 'not-recorded': 'Not recorded', pending: 'Starting', recording: 'Recording' } as const;

function describe({ outcome, sessions }: ControlAnswer): string {
  if (outcome === 'status' && sessions.length === 0) return 'No sessions.\n';
  const lines = sessions.map(({ sessionId, user, recording }) => {
    const account = recording.startedBy === undefined ? '' : ` (${recording.startedBy})`;
    const by = recording.initiator ? `, started by: ${recording.initiator}${account}` : '';
    return `${states[recording.status]}  ${sessionId}  ${user}${by}`;
  });
  return `${[...(outcome === 'status' ? [] : [sentences[outcome]]), ...lines].join('\n')}\n`;
}
