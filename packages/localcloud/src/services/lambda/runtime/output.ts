import { format } from 'node:util';
import type { MessagePort } from 'node:worker_threads';
import type { WorkerMessage } from './protocol.ts';

const levels = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', log: 'INFO', warn: 'WARN', error: 'ERROR' } as const;

/**
 * Sends what the function writes, through `console` or straight to its standard streams, over the port that carries
 * its results too. Console lines get Lambda's prefix (or its JSON form); raw writes go out as they are.
 */
export function captureOutput(
  port: MessagePort,
  logFormat: 'Text' | 'JSON',
  requestId: () => string | undefined,
): void {
  const send = (text: string): void => port.postMessage({ kind: 'output', text } satisfies WorkerMessage);
  for (const [method, level] of Object.entries(levels)) {
    const render = logFormat === 'JSON' ? renderJson : renderText;
    Object.assign(console, {
      [method]: (...values: unknown[]) => send(render(level, requestId(), values)),
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
      send(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') {
        done();
      }
      return true;
    }) as typeof stream.write;
  }
}

function renderText(level: string, requestId: string | undefined, values: unknown[]): string {
  return `${new Date().toISOString()}\t${requestId ?? 'undefined'}\t${level}\t${format(...values)}\n`;
}

function renderJson(level: string, requestId: string | undefined, values: unknown[]): string {
  const message = values.length === 1 && typeof values[0] === 'object' ? values[0] : format(...values);
  return `${JSON.stringify({ timestamp: new Date().toISOString(), level, requestId, message })}\n`;
}
