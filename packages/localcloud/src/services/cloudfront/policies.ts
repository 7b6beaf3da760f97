import { notImplemented } from '../../kernel/types.ts';
import type { CachePolicy, Forwarding, ResponseHeaders } from './distribution-model.ts';

type Properties = Record<string, unknown>;

const nothing: Forwarding = { passesHeader: () => false, cookies: false, queryStrings: false };

/** AWS's managed cache policies, by id. */
export const managedCachePolicies: Readonly<Record<string, CachePolicy>> = {
  // CachingOptimized
  '658327ea-f89d-4fab-a63d-7e88639e58f6': { forwarding: nothing, compresses: true },
  // CachingOptimizedForUncompressedObjects
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': { forwarding: nothing, compresses: false },
  // CachingDisabled: CloudFront compresses only what it caches.
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': { forwarding: nothing, compresses: false },
};

/** AWS's managed origin request policies, by id. */
export const managedOriginRequestPolicies: Readonly<Record<string, Forwarding>> = {
  // AllViewer
  '216adef6-5c7f-47e4-b989-5492eafa07d3': { passesHeader: () => true, cookies: true, queryStrings: true },
  // AllViewerExceptHostHeader
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': {
    passesHeader: (name) => name !== 'host',
    cookies: true,
    queryStrings: true,
  },
  // CORS-S3Origin
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': {
    ...nothing,
    passesHeader: (name) => name === 'origin' || name.startsWith('access-control-request-'),
  },
};

export function readCachePolicy(config: Properties): CachePolicy {
  const parameters = config.ParametersInCacheKeyAndForwardedToOrigin as Properties;
  const compressible = parameters.EnableAcceptEncodingGzip === true || parameters.EnableAcceptEncodingBrotli === true;
  return { forwarding: readForwarding(parameters), compresses: compressible && Number(config.MaxTTL ?? 1) > 0 };
}

/** Reads the header, cookie and query settings that cache and origin request policies share. */
export function readForwarding(config: Properties): Forwarding {
  const headers = (config.HeadersConfig ?? {}) as { HeaderBehavior?: string; Headers?: string[] };
  const cookies = ((config.CookiesConfig ?? {}) as { CookieBehavior?: string }).CookieBehavior ?? 'none';
  const queries = ((config.QueryStringsConfig ?? {}) as { QueryStringBehavior?: string }).QueryStringBehavior ?? 'none';
  for (const behaviour of [cookies, queries]) {
    if (behaviour !== 'none' && behaviour !== 'all') throw notImplemented(`the forwarding behaviour ${behaviour}`);
  }
  return {
    passesHeader: headerFilter(headers.HeaderBehavior ?? 'none', headers.Headers ?? []),
    cookies: cookies === 'all',
    queryStrings: queries === 'all',
  };
}

function headerFilter(behaviour: string, names: string[]): (name: string) => boolean {
  const listed = new Set(names.map((name) => name.toLowerCase()));
  switch (behaviour) {
    case 'none':
      return () => false;
    case 'whitelist':
      return (name) => listed.has(name);
    case 'allViewer':
      return () => true;
    case 'allExcept':
      return (name) => !listed.has(name);
    default:
      throw notImplemented(`the header behaviour ${behaviour}`);
  }
}

/** Reads a response headers policy. CORS and server timing are refused: nothing here uses them. */
export function readResponseHeaders(config: Properties): ResponseHeaders {
  const { SecurityHeadersConfig: security, CustomHeadersConfig, RemoveHeadersConfig } = config;
  for (const name of ['CorsConfig', 'ServerTimingHeadersConfig']) {
    if (config[name] !== undefined) throw notImplemented(`${name} of a response headers policy`);
  }
  const custom = itemsOf(CustomHeadersConfig).map(({ Header, Value, Override }) => ({
    name: String(Header).toLowerCase(),
    value: String(Value),
    override: Override === true,
  }));
  return {
    rules: [...securityRules((security ?? {}) as Record<string, Properties | undefined>), ...custom],
    removed: itemsOf(RemoveHeadersConfig).map(({ Header }) => String(Header).toLowerCase()),
  };
}

function securityRules(security: Record<string, Properties | undefined>): ResponseHeaders['rules'] {
  const values: [string, Properties | undefined, (setting: Properties) => unknown][] = [
    ['content-security-policy', security.ContentSecurityPolicy, (s) => s.ContentSecurityPolicy],
    ['x-content-type-options', security.ContentTypeOptions, () => 'nosniff'],
    ['x-frame-options', security.FrameOptions, (s) => s.FrameOption],
    ['referrer-policy', security.ReferrerPolicy, (s) => s.ReferrerPolicy],
    ['strict-transport-security', security.StrictTransportSecurity, renderTransportSecurity],
    ['x-xss-protection', security.XSSProtection, renderXssProtection],
  ];
  return values.flatMap(([name, setting, render]) =>
    setting === undefined ? [] : [{ name, value: String(render(setting)), override: setting.Override === true }],
  );
}

function renderTransportSecurity(setting: Properties): string {
  const flags = [setting.IncludeSubdomains === true && 'includeSubDomains', setting.Preload === true && 'preload'];
  return [`max-age=${String(setting.AccessControlMaxAgeSec)}`, ...flags.filter(Boolean)].join('; ');
}

function renderXssProtection(setting: Properties): string {
  if (setting.Protection !== true) return '0';
  return setting.ModeBlock === true ? '1; mode=block' : '1';
}

function itemsOf(config: unknown): Properties[] {
  return ((config ?? {}) as { Items?: Properties[] }).Items ?? [];
}
