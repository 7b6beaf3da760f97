/** Which parts of a viewer's request reach the origin. */
export interface Forwarding {
  /** Lower-cased name → whether the header is passed on. */
  passesHeader(name: string): boolean;
  cookies: boolean;
  queryStrings: boolean;
}

/** What a cache policy means where nothing is cached: what it forwards, and whether it lets answers be compressed. */
export interface CachePolicy {
  forwarding: Forwarding;
  compresses: boolean;
}

export interface HeaderRule {
  name: string;
  value: string;
  /** Replaces the origin's header of that name. */
  override: boolean;
}

export interface ResponseHeaders {
  rules: HeaderRule[];
  removed: string[];
}

export interface Behaviour {
  /** `*` for the default. */
  pathPattern: string;
  originId: string;
  allowedMethods: string[];
  compress: boolean;
  cachePolicyId: string;
  originRequestPolicyId: string | undefined;
  responseHeadersPolicyId: string | undefined;
  /** Event type → ARN of the CloudFront function. */
  functions: Partial<Record<'viewer-request' | 'viewer-response', string>>;
}

export type Origin =
  | { kind: 'bucket'; bucket: string; path: string; hasAccessControl: boolean }
  | { kind: 'api'; apiId: string; domainName: string; path: string };

export interface ErrorPage {
  status: number;
  path: string;
  answerStatus: number;
}

export interface Distribution {
  id: string;
  arn: string;
  domainName: string;
  defaultRootObject: string;
  /** In order of precedence; the default is last. */
  behaviours: Behaviour[];
  origins: Map<string, Origin>;
  errorPages: ErrorPage[];
}
