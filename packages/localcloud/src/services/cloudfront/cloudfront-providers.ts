import { accountId, notImplemented, type ResourceProvider, type TemplateResource } from '../../kernel/types.ts';
import { stableId } from '../web/stable-id.ts';
import type { Behaviour, Distribution } from './distribution-model.ts';
import { readDistribution } from './distribution-properties.ts';
import type { EdgeCatalogue } from './distribution-server.ts';
import { EdgeFunction } from './edge-function.ts';
import { readCachePolicy, readForwarding, readResponseHeaders } from './policies.ts';

export interface DistributionHolder {
  distribution: Distribution | undefined;
}

type Properties = Record<string, unknown>;

export function cloudFrontProviders(holder: DistributionHolder, catalogue: EdgeCatalogue): ResourceProvider[] {
  return [
    distributionProvider(holder, catalogue),
    functionProvider(catalogue),
    provider('AWS::CloudFront::OriginAccessControl', 'OriginAccessControlConfig', (config, id) => {
      if (config.SigningBehavior !== 'always')
        throw notImplemented(`the signing behaviour ${String(config.SigningBehavior)}`);
      return id;
    }),
    provider('AWS::CloudFront::ResponseHeadersPolicy', 'ResponseHeadersPolicyConfig', (config, id) => {
      catalogue.responseHeaders.set(id, readResponseHeaders(config));
      return id;
    }),
    provider('AWS::CloudFront::CachePolicy', 'CachePolicyConfig', (config, id) => {
      catalogue.cachePolicies.set(id, readCachePolicy(config));
      return id;
    }),
    provider('AWS::CloudFront::OriginRequestPolicy', 'OriginRequestPolicyConfig', (config, id) => {
      catalogue.originRequestPolicies.set(id, readForwarding(config));
      return id;
    }),
  ];
}

function distributionProvider(holder: DistributionHolder, catalogue: EdgeCatalogue): ResourceProvider {
  return {
    type: 'AWS::CloudFront::Distribution',
    understood: ['DistributionConfig'],
    harmless: { Tags: 'for people' },
    async provision({ stackName, logicalId, properties }) {
      const id = `E${stableId(stackName, logicalId, 13).toUpperCase()}`;
      if (holder.distribution && holder.distribution.id !== id) throw notImplemented('a second distribution');
      const domainName = `${stableId(stackName, logicalId, 14)}.cloudfront.net`;
      const distribution = readDistribution(properties.DistributionConfig as Properties, id, domainName);
      for (const behaviour of distribution.behaviours) assertKnown(behaviour, distribution, catalogue);
      holder.distribution = distribution;
      return { ref: id, attributes: { Id: id, DomainName: domainName } };
    },
  };
}

/** Every origin, policy and function that a behaviour names must be there: a managed policy may be unknown here. */
function assertKnown(behaviour: Behaviour, { origins }: Distribution, catalogue: EdgeCatalogue): void {
  const named: [string | undefined, ReadonlyMap<string, unknown>][] = [
    [behaviour.originId, origins],
    [behaviour.cachePolicyId, catalogue.cachePolicies],
    [behaviour.originRequestPolicyId, catalogue.originRequestPolicies],
    [behaviour.responseHeadersPolicyId, catalogue.responseHeaders],
    ...Object.values(behaviour.functions).map((arn): [string, ReadonlyMap<string, unknown>] => [
      arn,
      catalogue.functions,
    ]),
  ];
  for (const [id, known] of named) {
    if (id !== undefined && !known.has(id)) throw notImplemented(`${id} in the behaviour ${behaviour.pathPattern}`);
  }
}

function functionProvider({ functions }: EdgeCatalogue): ResourceProvider {
  return {
    type: 'AWS::CloudFront::Function',
    understood: ['AutoPublish', 'FunctionCode', 'FunctionConfig', 'Name'],
    harmless: { Tags: 'for people' },
    async provision({ properties }) {
      const name = String(properties.Name);
      const { Runtime, KeyValueStoreAssociations } = properties.FunctionConfig as Properties;
      if (Runtime !== 'cloudfront-js-2.0') throw notImplemented(`the function runtime ${String(Runtime)}`);
      if (KeyValueStoreAssociations !== undefined) throw notImplemented('key value stores of CloudFront functions');
      const arn = `arn:aws:cloudfront::${accountId}:function/${name}`;
      functions.set(arn, new EdgeFunction(name, String(properties.FunctionCode)));
      return { ref: arn, attributes: { FunctionARN: arn, Stage: 'LIVE' } };
    },
  };
}

/** A resource that is one configuration object; `add` returns what `Ref` and `Id` answer. */
function provider(type: string, configName: string, add: (config: Properties, id: string) => string): ResourceProvider {
  return {
    type,
    understood: [configName],
    harmless: {},
    async provision({ stackName, logicalId, properties }: TemplateResource) {
      const id = add(properties[configName] as Properties, stableId(stackName, logicalId, 14));
      return { ref: id, attributes: { Id: id } };
    },
  };
}
