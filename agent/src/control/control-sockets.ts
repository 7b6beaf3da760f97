import { lchown, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SessionId } from '@afterimage/contracts';
import { describeError, type Logger } from '../log/logger.ts';
import type { SessionControl } from '../sessions/session-control.ts';
import { ControlSocket } from './control-socket.ts';
import { type Asker, followControlRequest } from './follow-control-request.ts';

export interface ControlSocketsOptions {
  readonly control: SessionControl;
  /** Of the agent's own data; nobody but its account and root can enter it. */
  readonly dataDirectory: string;
  readonly log: Logger;
  /** Whom this process runs as; default: as the system says. */
  readonly userId?: number;
}

/** Who may ask about one session alone. */
export interface SessionDoor {
  readonly sessionId: SessionId;
  /** Such as `:1`, or `browser`; part of the name of the socket. */
  readonly place: string;
  /** Its user; default: who runs the agent. */
  readonly owner?: { readonly userId: number; readonly groupId: number };
}

/** Root's, with a directory for each user in it. */
const runtimeDirectory = '/run/afterimage-agent';

/** @returns the socket of the administrators of a host */
export function administratorSocketPath(dataDirectory: string): string {
  return join(dataDirectory, 'control.sock');
}

/** @returns where the socket of the session of a place may be, the agent being its user or root */
export function sessionSocketPaths(dataDirectory: string, userId: number, place: string): string[] {
  const name = `${place.replaceAll(/[^\w.-]/g, '_')}.sock`;
  return [join(dataDirectory, 'control', name), join(runtimeDirectory, String(userId), name)];
}

/**
 * The file system decides who may ask: a session's socket is its user's and acts on that session alone; that of
 * administrators lies in the agent's own directory. A directory never belongs to a user whom root serves there: what
 * root does in it they could turn elsewhere.
 */
export class ControlSockets {
  readonly #options: ControlSocketsOptions;
  readonly #open = new Set<ControlSocket>();
  readonly #userId: number;
  /** Sessions of users whom this process is known not to be. */
  readonly #othersSessions = new Set<SessionId>();

  constructor(options: ControlSocketsOptions) {
    this.#options = options;
    this.#userId = options.userId ?? process.getuid?.() ?? 0;
  }

  async openForAdministrators(): Promise<void> {
    const { control, dataDirectory } = this.#options;
    const asker: Asker = { kind: 'administrator', administers: (sessionId) => this.#administers(sessionId) };
    const path = administratorSocketPath(dataDirectory);
    await this.#listen(path, (request) => followControlRequest(control, asker, request));
  }

  /** A session without a socket is recorded all the same. @returns closes it */
  async openForSession({ sessionId, place, owner }: SessionDoor): Promise<() => Promise<void>> {
    const { control, dataDirectory, log } = this.#options;
    const ownId = this.#userId;
    const userId = owner?.userId ?? ownId;
    if (userId !== ownId) this.#othersSessions.add(sessionId);
    const [own = '', given = ''] = sessionSocketPaths(dataDirectory, userId, place);
    if (userId !== ownId && ownId !== 0) {
      log('info', 'only root can open control sockets for other users', { sessionId });
      return async () => this.#forget(sessionId);
    }
    const path = userId === ownId ? own : given;
    await mkdir(dirname(path), { recursive: true, mode: userId === ownId ? 0o700 : 0o755 });
    const asker: Asker = { kind: 'user', sessionId };
    const socket = await this.#listen(path, (request) => followControlRequest(control, asker, request));
    if (socket && owner && userId !== ownId) await lchown(path, owner.userId, owner.groupId);
    return async () => {
      this.#forget(sessionId);
      if (socket && this.#open.delete(socket)) await socket.close();
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((socket) => socket.close()));
    this.#open.clear();
  }

  #forget(sessionId: SessionId): void {
    this.#othersSessions.delete(sessionId);
  }

  /** Who can open the administrators' socket is root or this process's account: that of nobody who is recorded. */
  #administers(sessionId: SessionId): boolean {
    return this.#userId === 0 || this.#othersSessions.has(sessionId);
  }

  async #listen(...[path, answer]: Parameters<typeof ControlSocket.listen>): Promise<ControlSocket | undefined> {
    try {
      await rm(path, { force: true });
      const socket = await ControlSocket.listen(path, answer);
      this.#open.add(socket);
      return socket;
    } catch (error) {
      this.#options.log('warn', 'control socket could not be opened', { path, ...describeError(error) });
      return undefined;
    }
  }
}
