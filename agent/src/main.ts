#!/usr/bin/env node
import http from 'node:http';
import { CommanderError } from 'commander';
import { exitCodeOf, exitCodes, explainError } from './cli/exit-codes.ts';
import { createProgram } from './cli/program.ts';

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.abort());

/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY; a custom CA comes by NODE_EXTRA_CA_CERTS. */
http.setGlobalProxyFromEnv?.();

try {
  await createProgram(stopping.signal).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  else {
    process.stderr.write(`${explainError(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
