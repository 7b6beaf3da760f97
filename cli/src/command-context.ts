import { type ApiClient, createApiClient } from '@afterimage/contracts';
import { UsageError } from './output/command-error.ts';
import { renew } from './session/sign-in.ts';
import { readSession, sessionFile, writeSession } from './session/stored-session.ts';

export interface CommandHost {
  environment: NodeJS.ProcessEnv;
  writeOut(text: string): void;
  writeError(text: string): void;
}

export interface GlobalOptions {
  server?: string;
  json?: boolean;
}

/** What each command works with. */
export interface CommandContext {
  api: ApiClient;
  /** Prints the value itself with `--json`, else what the command makes of it for people. */
  print<T>(value: T, forPeople: (value: T) => string): void;
}

const renewalMarginMs = 60_000;

/** Server and sign-in come from `--server`, `AFTERIMAGE_SERVER` and `AFTERIMAGE_TOKEN`, or from `afterimage login`. */
export function createContext(host: CommandHost, options: GlobalOptions): CommandContext {
  const { environment } = host;
  const file = sessionFile(environment);
  const stored = readSession(file);
  const server = options.server ?? environment.AFTERIMAGE_SERVER ?? stored?.server;
  if (server === undefined) {
    throw new UsageError('Which server? Sign in with `afterimage login --server URL`, or set AFTERIMAGE_SERVER.');
  }
  if (!URL.canParse(server)) throw new UsageError(`${server} is no address; they look like https://example.com`);
  const accessToken = async () => {
    if (environment.AFTERIMAGE_TOKEN !== undefined) return environment.AFTERIMAGE_TOKEN;
    const session = readSession(file);
    // A token goes only to the server it was given for.
    if (session === undefined || new URL(session.server).origin !== new URL(server).origin) return undefined;
    if (session.expiresAtMs > Date.now() + renewalMarginMs) return session.accessToken;
    const renewed = await renew(session, Date.now());
    if (renewed !== undefined) writeSession(file, renewed);
    return renewed?.accessToken;
  };
  return {
    api: createApiClient({ server: new URL(server).origin, accessToken }),
    print: printFor(host, options),
  };
}

/** For commands that need no server. */
export function printFor(host: Pick<CommandHost, 'writeOut'>, { json }: GlobalOptions): CommandContext['print'] {
  return (value, forPeople) => host.writeOut(json === true ? `${JSON.stringify(value, null, 2)}\n` : forPeople(value));
}
