import type { QueueFault } from './fault-plan.ts';

export type FaultOrder =
  | { kind: 'kill'; functions: string }
  | { kind: 'storage'; probability: number; forMs: number }
  | { kind: 'queue'; fault: QueueFault; forMs: number }
  | { kind: 'disk'; forMs: number }
  | { kind: 'end' };

const longestFaultMs = 60 * 60_000;

/** An order that cannot be understood; its message is for the operator. */
export class FaultOrderError extends Error {
  override name = 'FaultOrderError';
}

/**
 * Reads one order:
 *
 *     { "kill": "ingest" }                                           `*` for every function
 *     { "storage": { "probability": 0.3, "forMs": 5000 } }
 *     { "queue": { "queue": "*", "forMs": 5000, "duplicate": 0.2, "delay": 0.5, "delayUpToMs": 2000,
 *                  "lose": 0.1, "lostForMs": 1000 } }
 *     { "disk": { "forMs": 5000 } }
 *     { "end": true }
 *
 * Errors: FaultOrderError for anything else.
 */
export function readFaultOrder(text: string): FaultOrder {
  const order = fieldsOf(parse(text), 'the order');
  const [kind = '', ...others] = Object.keys(order);
  if (others.length > 0) throw new FaultOrderError('An order has one fault.');
  switch (kind) {
    case 'kill':
      return { kind, functions: textOf(order.kill, 'kill') };
    case 'storage': {
      const { probability, forMs } = only(order.storage, kind, ['probability', 'forMs']);
      return { kind, probability: share(probability, 'probability'), forMs: duration(forMs, 'forMs') };
    }
    case 'queue':
      return readQueueFault(order.queue);
    case 'disk':
      return { kind, forMs: duration(only(order.disk, kind, ['forMs']).forMs, 'forMs') };
    case 'end':
      return { kind };
    default:
      throw new FaultOrderError(`There is no fault ${kind}.`);
  }
}

function readQueueFault(value: unknown): FaultOrder {
  const names = ['queue', 'forMs', 'duplicate', 'delay', 'delayUpToMs', 'lose', 'lostForMs'];
  const fields = only(value, 'queue', names);
  const { queue = '*', forMs, duplicate = 0, delay = 0, delayUpToMs = 1000, lose = 0, lostForMs = 1000 } = fields;
  const fault: QueueFault = {
    queue: textOf(queue, 'queue'),
    duplicate: share(duplicate, 'duplicate'),
    delay: share(delay, 'delay'),
    delayUpToMs: duration(delayUpToMs, 'delayUpToMs'),
    lose: share(lose, 'lose'),
    lostForMs: duration(lostForMs, 'lostForMs'),
  };
  return { kind: 'queue', fault, forMs: duration(forMs, 'forMs') };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FaultOrderError('The order is no JSON.');
  }
}

function fieldsOf(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FaultOrderError(`${name} must be an object.`);
  }
  return Object.fromEntries(Object.entries(value));
}

function only(value: unknown, name: string, known: readonly string[]): Record<string, unknown> {
  const fields = fieldsOf(value, name);
  const unknown = Object.keys(fields).filter((field) => !known.includes(field));
  if (unknown.length > 0) throw new FaultOrderError(`${name} has no ${unknown.join(', ')}.`);
  return fields;
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw new FaultOrderError(`${name} must be text.`);
  return value;
}

function share(value: unknown, name: string): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw new FaultOrderError(`${name} must be a number from 0 to 1.`);
  }
  return value;
}

function duration(value: unknown, name: string): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= longestFaultMs)) {
    throw new FaultOrderError(`${name} must be milliseconds, at most an hour.`);
  }
  return value;
}
