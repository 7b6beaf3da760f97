import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('./app/', import.meta.url));
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

export interface AppServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the sample application to this machine alone, on a port that the system chooses. */
export async function startAppServer(): Promise<AppServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://app');
    void readPage(pathname).then((page) => {
      response.writeHead(page ? 200 : 404, { 'content-type': page?.contentType ?? 'text/plain' });
      response.end(page?.body ?? 'Not found\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readPage(pathname: string): Promise<{ body: Buffer; contentType: string } | undefined> {
  const name = pathname === '/' ? 'index.html' : pathname.slice(1);
  const contentType = contentTypes[extname(name)];
  if (!contentType || !/^[\w-]+\.\w+$/.test(name)) return undefined;
  const body = await readFile(join(root, name)).catch(() => undefined);
  return body && { body, contentType };
}
