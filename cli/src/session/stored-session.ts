import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';

const storedSessionSchema = z.object({
  server: z.url(),
  tokenEndpoint: z.url(),
  clientId: z.string(),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  expiresAtMs: z.number(),
});
export type StoredSession = z.infer<typeof storedSessionSchema>;

/** `$XDG_CONFIG_HOME/afterimage/session.json`, readable by its owner only. */
export function sessionFile(environment: NodeJS.ProcessEnv): string {
  const base = environment.XDG_CONFIG_HOME ?? join(environment.HOME ?? homedir(), '.config');
  return join(base, 'afterimage', 'session.json');
}

export function readSession(file: string): StoredSession | undefined {
  try {
    return storedSessionSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeSession(file: string, session: StoredSession): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(session, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}

export function forgetSession(file: string): void {
  rmSync(file, { force: true });
}
