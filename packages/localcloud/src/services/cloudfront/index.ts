import type { Kernel, ResourceProvider } from '../../kernel/types.ts';
import type { WebRequest, WebResponse } from '../web/web-exchange.ts';
import { cloudFrontProviders, type DistributionHolder } from './cloudfront-providers.ts';
import type { CloudFrontDependencies } from './dependencies.ts';
import { DistributionServer } from './distribution-server.ts';
import { managedCachePolicies, managedOriginRequestPolicies } from './policies.ts';

export type { CloudFrontDependencies } from './dependencies.ts';

export interface CloudFront {
  providers: ResourceProvider[];
  /** Answers from the template's distribution; undefined when there is none. */
  handle(request: WebRequest): Promise<WebResponse> | undefined;
}

/** Plays a CloudFront distribution at the root of the port: behaviours, functions and headers, but no cache. */
export function createCloudFront(kernel: Kernel, dependencies: CloudFrontDependencies): CloudFront {
  const holder: DistributionHolder = { distribution: undefined };
  const catalogue = {
    cachePolicies: new Map(Object.entries(managedCachePolicies)),
    originRequestPolicies: new Map(Object.entries(managedOriginRequestPolicies)),
    responseHeaders: new Map(),
    functions: new Map(),
  };
  return {
    providers: cloudFrontProviders(holder, catalogue),
    handle: (request) =>
      holder.distribution &&
      new DistributionServer(kernel, dependencies, catalogue, holder.distribution).handle(request),
  };
}
