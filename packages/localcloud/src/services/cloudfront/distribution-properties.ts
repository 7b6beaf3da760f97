import { accountId, notImplemented, region } from '../../kernel/types.ts';
import type { Behaviour, Distribution, ErrorPage, Origin } from './distribution-model.ts';

type Properties = Record<string, unknown>;

const configKeys = new Set([
  'CacheBehaviors',
  'Comment',
  'CustomErrorResponses',
  'DefaultCacheBehavior',
  'DefaultRootObject',
  'Enabled',
  'HttpVersion',
  'IPV6Enabled',
  'Logging',
  'Origins',
  'PriceClass',
  'ViewerCertificate',
]);

const behaviourKeys = new Set([
  'AllowedMethods',
  'CachePolicyId',
  'CachedMethods',
  'Compress',
  'FunctionAssociations',
  'OriginRequestPolicyId',
  'PathPattern',
  'ResponseHeadersPolicyId',
  'TargetOriginId',
  // The loopback stands for TLS.
  'ViewerProtocolPolicy',
]);

const originKeys = new Set([
  'ConnectionAttempts',
  'ConnectionTimeout',
  'CustomOriginConfig',
  'DomainName',
  'Id',
  'OriginAccessControlId',
  'OriginPath',
  'OriginShield',
  'S3OriginConfig',
]);

/** Reads `DistributionConfig`. Errors: 501 for every setting that would change an answer and is not played. */
export function readDistribution(config: Properties, id: string, domainName: string): Distribution {
  refuseUnknown(config, configKeys, 'the distribution');
  const origins = list(config.Origins).map((origin) => [String(origin.Id), readOrigin(origin)] as const);
  const behaviours = list(config.CacheBehaviors).map((behaviour) => readBehaviour(behaviour));
  return {
    id,
    arn: `arn:aws:cloudfront::${accountId}:distribution/${id}`,
    domainName,
    defaultRootObject: String(config.DefaultRootObject ?? ''),
    behaviours: [...behaviours, readBehaviour({ PathPattern: '*', ...(config.DefaultCacheBehavior as Properties) })],
    origins: new Map(origins),
    errorPages: list(config.CustomErrorResponses).flatMap(readErrorPage),
  };
}

function readOrigin(origin: Properties): Origin {
  refuseUnknown(origin, originKeys, 'an origin');
  const domainName = String(origin.DomainName);
  const path = String(origin.OriginPath ?? '');
  const bucket = new RegExp(`^(.+)\\.s3(?:\\.${region})?\\.amazonaws\\.com$`).exec(domainName)?.[1];
  if (bucket !== undefined) {
    return { kind: 'bucket', bucket, path, hasAccessControl: Boolean(origin.OriginAccessControlId) };
  }
  const apiId = new RegExp(`^([a-z0-9]+)\\.execute-api\\.${region}\\.amazonaws\\.com$`).exec(domainName)?.[1];
  if (apiId !== undefined) return { kind: 'api', apiId, domainName, path };
  throw notImplemented(`the origin ${domainName}`);
}

function readBehaviour(behaviour: Properties): Behaviour {
  refuseUnknown(behaviour, behaviourKeys, 'a cache behaviour');
  const functions = list(behaviour.FunctionAssociations).map(({ EventType, FunctionARN }) => [EventType, FunctionARN]);
  return {
    pathPattern: String(behaviour.PathPattern),
    originId: String(behaviour.TargetOriginId),
    allowedMethods: Array.isArray(behaviour.AllowedMethods) ? behaviour.AllowedMethods.map(String) : ['GET', 'HEAD'],
    compress: behaviour.Compress === true,
    cachePolicyId: String(behaviour.CachePolicyId),
    originRequestPolicyId: optionalText(behaviour.OriginRequestPolicyId),
    responseHeadersPolicyId: optionalText(behaviour.ResponseHeadersPolicyId),
    functions: Object.fromEntries(functions) as Behaviour['functions'],
  };
}

/** An entry without a page only sets how long the error is cached. */
function readErrorPage({ ErrorCode, ResponseCode, ResponsePagePath }: Properties): ErrorPage[] {
  if (typeof ResponsePagePath !== 'string') return [];
  const status = Number(ErrorCode);
  return [{ status, path: ResponsePagePath, answerStatus: Number(ResponseCode ?? status) }];
}

function refuseUnknown(properties: Properties, known: ReadonlySet<string>, what: string): void {
  const unknown = Object.keys(properties).filter((name) => !known.has(name));
  if (unknown.length > 0) throw notImplemented(`${unknown.join(', ')} of ${what}`);
}

function list(value: unknown): Properties[] {
  return Array.isArray(value) ? (value as Properties[]) : [];
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
