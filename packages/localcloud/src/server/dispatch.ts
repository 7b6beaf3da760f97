import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FrontDoor } from './front-door.ts';
import type { HttpHandler } from './http-listener.ts';

export interface DispatchTargets {
  door: FrontDoor;
  hasBucket(name: string): boolean;
  /** What is not AWS's API: the OIDC issuer, the HTTP API and the CloudFront distribution. */
  web: HttpHandler;
  /** `GET /_localcloud/NAME` → what it answers, as JSON. */
  ownPages: Readonly<Record<string, () => unknown>>;
  /** `/_localcloud/faults`, where it is allowed. */
  faults: HttpHandler | undefined;
}

const ownPrefix = '/_localcloud/';

/** Decides by signature and path whom a request on the one port is for. */
export function createDispatcher(targets: DispatchTargets): HttpHandler {
  return async (message, response) => {
    const path = (message.url ?? '/').split('?')[0] ?? '/';
    const isInBucket = targets.hasBucket(firstSegment(path));
    // A browser asks before it uses a presigned URL; the question carries the URL's signature, made for another method.
    if (isInBucket && message.method === 'OPTIONS') return targets.door.serveAnonymous('s3', message, response);
    if (targets.door.isSigned(message)) return targets.door.serveSigned(message, response);
    if (path === `${ownPrefix}faults` && targets.faults) return targets.faults(message, response);
    if (path.startsWith(ownPrefix)) return serveOwnPage(targets, path.slice(ownPrefix.length), message, response);
    if (isInBucket) return targets.door.serveAnonymous('s3', message, response);
    return targets.web(message, response);
  };
}

function firstSegment(path: string): string {
  return path.split('/')[1] ?? '';
}

function serveOwnPage(
  { ownPages }: DispatchTargets,
  name: string,
  message: IncomingMessage,
  response: ServerResponse,
): void {
  const page = Object.hasOwn(ownPages, name) ? ownPages[name] : undefined;
  if (message.method !== 'GET' && page) {
    response.writeHead(405, { allow: 'GET' }).end();
    return;
  }
  const body = page ? page() : { error: 'not found' };
  response.writeHead(page ? 200 : 404, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}
