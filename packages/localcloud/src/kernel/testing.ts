import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RootCredentials } from '../auth/credentials.ts';
import { createFrontDoor } from '../server/front-door.ts';
import { listen } from '../server/http-listener.ts';
import { createLocalKernel, type LocalKernel } from './local-kernel.ts';
import type { AwsService, Kernel } from './types.ts';

export interface TestServer {
  endpoint: string;
  credentials: RootCredentials;
  close(): Promise<void>;
}

export interface TestKernel {
  kernel: Kernel;
  local: LocalKernel;
  /** Serves the services on a free port; the root credentials may do everything. */
  serve(services: AwsService[]): Promise<TestServer>;
  /** Closes the database and removes the data directory. */
  cleanup(): void;
}

/** A kernel in a directory of its own, for tests that drive services with SDK clients. */
export function createTestKernel(): TestKernel {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'localcloud-test-'));
  const local = createLocalKernel(dataDirectory, (level, message, fields) => {
    if (level === 'error') console.error(message, fields);
  });
  return {
    kernel: local.kernel,
    local,
    serve: (services) => serveForTest(local, services),
    cleanup() {
      local.close();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function serveForTest(local: LocalKernel, services: AwsService[]): Promise<TestServer> {
  const door = createFrontDoor(local.kernel, local.credentials, services);
  const listener = await listen(
    (message, response) =>
      door.isSigned(message) ? door.serveSigned(message, response) : door.serveAnonymous('s3', message, response),
    '127.0.0.1',
    0,
  );
  return {
    endpoint: `http://127.0.0.1:${listener.port}`,
    credentials: local.credentials.root,
    async close() {
      await Promise.all(services.map((service) => service.close?.()));
      await listener.close(1_000);
    },
  };
}
