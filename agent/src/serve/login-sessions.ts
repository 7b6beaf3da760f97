import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Environment, parseEnvironment } from '../sessions/session-surroundings.ts';

const run = promisify(execFile);
const timeout = 5_000;

/**
 * Asks systemd-logind whose session a display is: the server itself may run as root or as the display manager.
 *
 * @returns the login name; undefined without logind, or when no session of it is on the display
 */
export async function findLoginName(displayNumber: number): Promise<string | undefined> {
  try {
    return loginSessionIn(await showSessions(), displayNumber)?.name;
  } catch {
    return undefined;
  }
}

/** Has systemd-logind end the session that is on a display, with all its programs; for that the agent needs the right. */
export async function terminateLoginSession(displayNumber: number): Promise<void> {
  const session = loginSessionIn(await showSessions(), displayNumber);
  if (!session) throw new Error(`systemd-logind knows no session on display ${displayNumber}`);
  await run('loginctl', ['terminate-session', session.id], { timeout });
}

async function showSessions(): Promise<string> {
  const { stdout: listed } = await run('loginctl', ['list-sessions', '--no-legend', '--no-pager'], { timeout });
  const ids = listed.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || []);
  if (ids.length === 0) return '';
  const properties = ['Id', 'Name', 'Display', 'State', 'Leader'].map((name) => `--property=${name}`);
  const { stdout } = await run('loginctl', ['show-session', ...ids, ...properties], { timeout });
  return stdout;
}

/**
 * What the programs of a display's session find in their environment, as far as this process may look.
 *
 * @returns nothing where no session is known, or it is another user's and the agent may not see it
 */
export async function readLoginEnvironment(displayNumber: number): Promise<Environment> {
  try {
    const leader = loginSessionIn(await showSessions(), displayNumber)?.leader;
    return leader === undefined ? {} : parseEnvironment(await readFile(`/proc/${leader}/environ`, 'utf8'));
  } catch {
    return {};
  }
}

export interface LoginSession {
  readonly id: string;
  readonly name: string;
  /** The process that began it. */
  readonly leader: number | undefined;
}

/** Sessions as `Key=value` lines, with an empty line between two. Source: loginctl(1). */
export function loginSessionIn(shown: string, displayNumber: number): LoginSession | undefined {
  for (const block of shown.split(/\n\s*\n/)) {
    const properties = new Map(
      block.split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
    );
    const [, number] = /^:(\d+)(?:\.\d+)?$/.exec(properties.get('Display') ?? '') ?? [];
    const isOver = properties.get('State') === 'closing';
    const [id, name] = [properties.get('Id'), properties.get('Name')];
    const isOnDisplay = number !== undefined && Number(number) === displayNumber;
    if (isOnDisplay && !isOver && id && name)
      return { id, name, leader: Number(properties.get('Leader')) || undefined };
  }
  return undefined;
}
