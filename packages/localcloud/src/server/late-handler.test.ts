import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { HttpHandler } from './http-listener.ts';
import { LateHandler } from './late-handler.ts';

let server: Server;
afterEach(() => {
  server.close();
});

/** Starts a server and waits for one request to be done with. @returns what was logged */
async function logOf(handler: HttpHandler, leave: boolean): Promise<string[]> {
  const logged: string[] = [];
  const late = new LateHandler({ log: (_level, message) => logged.push(message) });
  late.open(handler, undefined);
  const handled = Promise.withResolvers<void>();
  server = createServer((request, response) => void late.handle(request, response).finally(handled.resolve));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const request = get({ port: (server.address() as AddressInfo).port });
  request.on('error', () => undefined);
  request.on('response', (response) => (leave ? request.destroy() : response.resume()));
  await handled.promise;
  return logged;
}

describe('a request that fails', () => {
  test('is reported', async () => {
    expect(await logOf(() => Promise.reject(new Error('broken')), false)).toEqual(['a request could not be answered']);
  });

  test('is not reported when its client has left before the end', async () => {
    const endless: HttpHandler = (_request, response) =>
      pipeline(
        Readable.from(
          (function* () {
            for (;;) yield Buffer.alloc(65_536);
          })(),
        ),
        response,
      );
    expect(await logOf(endless, true)).toEqual([]);
  });
});
