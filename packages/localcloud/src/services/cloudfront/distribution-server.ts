import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Kernel } from '../../kernel/types.ts';
import type { WebRequest, WebResponse } from '../web/web-exchange.ts';
import { compressed } from './compression.ts';
import type { CloudFrontDependencies } from './dependencies.ts';
import type { Behaviour, CachePolicy, Distribution, Forwarding, ResponseHeaders } from './distribution-model.ts';
import { edgeEvent, withEdgeRequest, withEdgeResponse } from './edge-event.ts';
import type { EdgeFunction } from './edge-function.ts';
import { askOrigin } from './origins.ts';

/** The policies and functions that behaviours name, by id or ARN. */
export interface EdgeCatalogue {
  cachePolicies: Map<string, CachePolicy>;
  originRequestPolicies: Map<string, Forwarding>;
  responseHeaders: Map<string, ResponseHeaders>;
  functions: Map<string, EdgeFunction>;
}

/** Serves one distribution as an edge location does, without a cache. */
export class DistributionServer {
  readonly #kernel: Kernel;
  readonly #dependencies: CloudFrontDependencies;
  readonly #catalogue: EdgeCatalogue;
  readonly #distribution: Distribution;

  constructor(
    kernel: Kernel,
    dependencies: CloudFrontDependencies,
    catalogue: EdgeCatalogue,
    distribution: Distribution,
  ) {
    this.#kernel = kernel;
    this.#dependencies = dependencies;
    this.#catalogue = catalogue;
    this.#distribution = distribution;
  }

  async handle(request: WebRequest): Promise<WebResponse> {
    const behaviour = this.#behaviourOf(request.rawPath);
    const response = behaviour.allowedMethods.includes(request.method)
      ? await this.#answer(behaviour, request)
      : errorPage(403, 'This distribution is not configured to allow the HTTP request method that was used.');
    return {
      ...response,
      headers: {
        date: new Date(this.#kernel.now()).toUTCString(),
        ...response.headers,
        via: '1.1 localcloud.cloudfront.net (CloudFront)',
        'x-cache': response.status >= 400 ? 'Error from cloudfront' : 'Miss from cloudfront',
        'x-amz-cf-id': randomBytes(42).toString('base64url'),
      },
    };
  }

  async #answer(behaviour: Behaviour, viewerRequest: WebRequest): Promise<WebResponse> {
    try {
      const changed = this.#onViewerRequest(behaviour, viewerRequest);
      if ('status' in changed) return this.#withPolicyHeaders(behaviour, changed);
      const request = this.#withRootObject(changed);
      const response = await this.#withErrorPage(request, await this.#ask(behaviour, request));
      const last = this.#onViewerResponse(behaviour, request, response);
      return this.#withPolicyHeaders(behaviour, this.#compress(behaviour, request, last));
    } catch (error) {
      this.#kernel.log('error', 'A CloudFront function failed', { path: viewerRequest.rawPath, error: String(error) });
      return errorPage(
        503,
        'The CloudFront function associated with the CloudFront distribution is invalid or could not run.',
      );
    }
  }

  #behaviourOf(path: string): Behaviour {
    const behaviour = this.#distribution.behaviours.find(({ pathPattern }) => matchesPath(pathPattern, path));
    if (!behaviour) throw new Error('A distribution has a default behaviour');
    return behaviour;
  }

  #withRootObject(request: WebRequest): WebRequest {
    const { defaultRootObject } = this.#distribution;
    return request.rawPath === '/' && defaultRootObject !== ''
      ? { ...request, rawPath: `/${defaultRootObject}` }
      : request;
  }

  async #ask(behaviour: Behaviour, request: WebRequest): Promise<WebResponse> {
    const origin = this.#distribution.origins.get(behaviour.originId);
    if (!origin) throw new Error(`The behaviour ${behaviour.pathPattern} names no origin`);
    const cachePolicy = this.#catalogue.cachePolicies.get(behaviour.cachePolicyId)?.forwarding;
    const originPolicy = this.#catalogue.originRequestPolicies.get(behaviour.originRequestPolicyId ?? '');
    const forwarding = [cachePolicy, originPolicy].filter((one) => one !== undefined);
    return askOrigin(this.#dependencies, this.#distribution, origin, request, forwarding);
  }

  async #withErrorPage(request: WebRequest, response: WebResponse): Promise<WebResponse> {
    const custom = this.#distribution.errorPages.find(({ status }) => status === response.status);
    if (!custom) return response;
    if (response.body instanceof Readable) response.body.destroy();
    const behaviour = this.#behaviourOf(custom.path);
    const page = await this.#ask(behaviour, { ...request, method: 'GET', rawPath: custom.path, rawQuery: '' });
    return page.status === 200 ? { ...page, status: custom.answerStatus } : response;
  }

  #onViewerRequest(behaviour: Behaviour, request: WebRequest): WebRequest | WebResponse {
    const run = this.#functionOf(behaviour, 'viewer-request');
    if (!run) return request;
    const answer = run.run(edgeEvent(this.#distribution, 'viewer-request', request));
    return 'statusCode' in answer ? withEdgeResponse(answer) : withEdgeRequest(request, answer);
  }

  #onViewerResponse(behaviour: Behaviour, request: WebRequest, response: WebResponse): WebResponse {
    const run = this.#functionOf(behaviour, 'viewer-response');
    if (!run) return response;
    const answer = run.run(edgeEvent(this.#distribution, 'viewer-response', request, response));
    if (!('statusCode' in answer)) throw new Error('A viewer-response function must return a response');
    return withEdgeResponse(answer, response);
  }

  #functionOf(behaviour: Behaviour, eventType: 'viewer-request' | 'viewer-response'): EdgeFunction | undefined {
    return this.#catalogue.functions.get(behaviour.functions[eventType] ?? '');
  }

  #compress(behaviour: Behaviour, request: WebRequest, response: WebResponse): WebResponse {
    const mayCompress = this.#catalogue.cachePolicies.get(behaviour.cachePolicyId)?.compresses === true;
    return behaviour.compress && mayCompress ? compressed(request, response) : response;
  }

  #withPolicyHeaders(behaviour: Behaviour, response: WebResponse): WebResponse {
    const policy = this.#catalogue.responseHeaders.get(behaviour.responseHeadersPolicyId ?? '');
    if (!policy) return response;
    const headers = { ...response.headers };
    for (const name of policy.removed) delete headers[name];
    for (const { name, value, override } of policy.rules) {
      if (override || headers[name] === undefined) headers[name] = value;
    }
    return { ...response, headers };
  }
}

/** `*` stands for any run of characters and `?` for one; a pattern may leave out the leading slash. */
export function matchesPath(pattern: string, path: string): boolean {
  if (pattern === '*') return true;
  const source = (pattern.startsWith('/') ? pattern : `/${pattern}`).replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${source.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(path);
}

function errorPage(status: number, text: string): WebResponse {
  return {
    status,
    headers: { 'content-type': 'text/html', server: 'CloudFront' },
    body: `<!doctype html><html lang="en"><head><title>ERROR: The request could not be satisfied</title></head><body><h1>${status} ERROR</h1><p>${text}</p></body></html>`,
  };
}
