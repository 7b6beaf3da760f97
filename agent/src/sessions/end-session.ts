import { spawn } from 'node:child_process';
import type { SessionId } from '@afterimage/contracts';

/** Whose session is to be ended, as the command finds it in its environment. */
export interface DeclinedSession {
  readonly sessionId: SessionId;
  readonly user: string;
  readonly display?: string;
}

/** The command could not be run, or said that it failed. */
export class EndSessionError extends Error {
  constructor(reason: string, cause?: unknown) {
    super(`the command that ends a session failed: ${reason}`, { cause });
    this.name = 'EndSessionError';
  }
}

const timeoutMs = 30_000;

/**
 * Has a shell run what an administrator configured for users who do not agree. It finds `AFTERIMAGE_SESSION`,
 * `AFTERIMAGE_USER` and, of an X display, `DISPLAY` in its environment.
 *
 * @throws EndSessionError
 */
export async function runEndCommand(command: string, { sessionId, user, display }: DeclinedSession): Promise<void> {
  const env = {
    ...process.env,
    AFTERIMAGE_SESSION: sessionId,
    AFTERIMAGE_USER: user,
    ...(display !== undefined && { DISPLAY: display }),
  };
  await new Promise<void>((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], { env, stdio: 'ignore', timeout: timeoutMs });
    child.once('error', (error) => reject(new EndSessionError(error.message, error)));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new EndSessionError(signal ?? `it ended with ${code}`));
    });
  });
}
