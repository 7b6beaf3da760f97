import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface HostUser {
  readonly name: string;
  readonly homeDirectory: string;
  readonly userId?: number;
  readonly groupId?: number;
}

/**
 * Asks the host's own user database, which may be a directory elsewhere.
 *
 * @param nameOrId login name or number
 * @returns undefined for a number without a user
 */
export async function findHostUser(nameOrId: string | number): Promise<HostUser | undefined> {
  try {
    const { stdout } = await promisify(execFile)('getent', ['passwd', String(nameOrId)], { timeout: 5_000 });
    return parsePasswordLine(stdout);
  } catch {
    return undefined;
  }
}

/** `name:password:uid:gid:comment:home:shell`. Source: passwd(5). */
function parsePasswordLine(line: string): HostUser | undefined {
  const [name, , userId, groupId, , homeDirectory] = line.trim().split(':');
  return name && homeDirectory ? { name, homeDirectory, userId: Number(userId), groupId: Number(groupId) } : undefined;
}
