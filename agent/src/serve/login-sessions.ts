import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const timeout = 5_000;

/**
 * Asks systemd-logind whose session a display is: the server itself may run as root or as the display manager.
 *
 * @returns the login name; undefined without logind, or when no session of it is on the display
 */
export async function findLoginName(displayNumber: number): Promise<string | undefined> {
  try {
    const { stdout: listed } = await run('loginctl', ['list-sessions', '--no-legend', '--no-pager'], { timeout });
    const ids = listed.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || []);
    if (ids.length === 0) return undefined;
    const words = ['show-session', ...ids, '--property=Name', '--property=Display', '--property=State'];
    const { stdout } = await run('loginctl', words, { timeout });
    return loginNameIn(stdout, displayNumber);
  } catch {
    return undefined;
  }
}

/** Sessions as `Key=value` lines, with an empty line between two. Source: loginctl(1). */
export function loginNameIn(shown: string, displayNumber: number): string | undefined {
  for (const block of shown.split(/\n\s*\n/)) {
    const properties = new Map(
      block.split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
    );
    const [, number] = /^:(\d+)(?:\.\d+)?$/.exec(properties.get('Display') ?? '') ?? [];
    const isOver = properties.get('State') === 'closing';
    if (number !== undefined && Number(number) === displayNumber && !isOver) return properties.get('Name') || undefined;
  }
  return undefined;
}
