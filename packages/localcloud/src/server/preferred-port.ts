import { type HttpHandler, type HttpListener, listen, type UpgradeHandler } from './http-listener.ts';

/**
 * Listens on the asked port; on port 0 tries last time's first, because queue URLs and the OIDC issuer contain the port.
 * Errors: the asked port is taken.
 */
export async function listenOnPreferredPort(
  handler: HttpHandler,
  host: string,
  askedPort: number,
  lastPort: number | undefined,
  upgrade?: UpgradeHandler,
): Promise<HttpListener> {
  if (askedPort !== 0 || lastPort === undefined) return listenNamed(handler, host, askedPort, upgrade);
  try {
    return await listen(handler, host, lastPort, upgrade);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return listen(handler, host, 0, upgrade);
  }
}

async function listenNamed(
  handler: HttpHandler,
  host: string,
  port: number,
  upgrade?: UpgradeHandler,
): Promise<HttpListener> {
  try {
    return await listen(handler, host, port, upgrade);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${port} is in use by another program. Choose another with --port.`, { cause: error });
  }
}
