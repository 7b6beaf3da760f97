import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { sha256Hex } from '../auth/signing.ts';
import type { HttpHandler } from '../server/http-listener.ts';
import { FaultOrderError, readFaultOrder } from './fault-order.ts';
import type { FaultPlan } from './fault-plan.ts';

/** How many execution environments were ended, and how many of them were in the middle of an invocation. */
export interface KillCount {
  killed: number;
  midInvocation: number;
}

export interface FaultEndpointParts {
  plan: FaultPlan;
  /** The operator's secret key, which an order must bring as its bearer token. */
  secret: string;
  /** Ends the environments of functions whose name contains the text; `*` for all. */
  killFunctions(functions: string): Promise<KillCount>;
}

/** `POST /_localcloud/faults`: one order a request, from this machine, by who can read `credentials.json`. */
export function createFaultEndpoint(parts: FaultEndpointParts): HttpHandler {
  return async (message, response) => {
    if (message.method !== 'POST') return answer(response, 405, { error: 'POST an order' });
    if (!isOperator(message, parts.secret)) return answer(response, 403, { error: 'for the operator on this machine' });
    try {
      answer(response, 200, await carryOut(parts, await text(message)));
    } catch (error) {
      if (!(error instanceof FaultOrderError)) throw error;
      answer(response, 400, { error: error.message });
    }
  };
}

async function carryOut({ plan, killFunctions }: FaultEndpointParts, body: string): Promise<object> {
  const order = readFaultOrder(body);
  switch (order.kind) {
    case 'kill':
      return killFunctions(order.functions);
    case 'storage':
      plan.slowStorage(order.probability, order.forMs);
      return {};
    case 'queue':
      plan.disturbQueue(order.fault, order.forMs);
      return {};
    case 'disk':
      plan.fillDisk(order.forMs);
      return {};
    case 'end':
      plan.end();
      return {};
  }
}

function isOperator({ socket, headers }: IncomingMessage, secret: string): boolean {
  const isLocal = /^(?:::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '');
  const given = Buffer.from(sha256Hex(headers.authorization ?? ''));
  return isLocal && timingSafeEqual(given, Buffer.from(sha256Hex(`Bearer ${secret}`)));
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
