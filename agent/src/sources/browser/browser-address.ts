import * as z from 'zod';
import { DevToolsError } from './devtools-connection.ts';

const versionSchema = z.object({ webSocketDebuggerUrl: z.string() });

/**
 * The DevTools WebSocket of a browser that runs with `--remote-debugging-port`.
 *
 * @throws DevToolsError when nothing answers there
 */
export async function findBrowser(debuggingUrl: string): Promise<string> {
  if (debuggingUrl.startsWith('ws:')) return debuggingUrl;
  try {
    const response = await fetch(new URL('/json/version', debuggingUrl), { signal: AbortSignal.timeout(5_000) });
    return versionSchema.parse(await response.json()).webSocketDebuggerUrl;
  } catch {
    throw new DevToolsError('connect', `no browser answers at ${debuggingUrl}`);
  }
}
