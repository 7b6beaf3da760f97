import { AwsError } from '../kernel/types.ts';
import type { SignedParts } from './canonical-request.ts';
import type { CredentialScope } from './signing.ts';

const maximumExpirySeconds = 7 * 24 * 60 * 60;

/** What a request says of its own signature, before anything of it was checked. */
export interface SignatureClaim {
  accessKeyId: string;
  scope: CredentialScope;
  signedHeaders: string[];
  signature: string;
  /** `YYYYMMDDTHHMMSSZ` */
  amzDate: string;
  sessionToken: string | undefined;
  /** Only on a presigned request: seconds that it stays valid. */
  expiresSeconds?: number;
}

/**
 * Reads the `Authorization` header or the presigned query; undefined when the request carries neither.
 * Errors: InvalidArgument for both at once, as of a page that sends its bearer token along with a presigned URL.
 */
export function readSignatureClaim(parts: SignedParts): SignatureClaim | undefined {
  const query = new URLSearchParams(parts.rawQuery);
  const authorization = parts.headers.authorization;
  if (query.has('X-Amz-Signature') || query.has('X-Amz-Credential')) {
    if (authorization !== undefined) throw twoMechanisms();
    return claimOfQuery(query);
  }
  if (authorization?.startsWith('AWS4-HMAC-SHA256')) return claimOfHeader(authorization, parts);
  return undefined;
}

/** The service a request is for, even when the rest of its signature cannot be read. */
export function claimedService(parts: SignedParts): string | undefined {
  const authorization = parts.headers.authorization ?? '';
  const credential =
    new URLSearchParams(parts.rawQuery).get('X-Amz-Credential') ?? /Credential=([^\s,]+)/.exec(authorization)?.[1];
  return credential === undefined ? undefined : readCredential(credential)?.scope.service;
}

function claimOfHeader(authorization: string, parts: SignedParts): SignatureClaim {
  const fields = new Map<string, string>();
  for (const field of authorization.slice('AWS4-HMAC-SHA256'.length).split(',')) {
    const equals = field.indexOf('=');
    fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  const credential = readCredential(fields.get('Credential') ?? '');
  const signature = fields.get('Signature');
  const amzDate = parts.headers['x-amz-date'];
  const signedHeaders = fields.get('SignedHeaders')?.split(';') ?? [];
  if (!credential || !signature || !amzDate || !signedHeaders.includes('host')) {
    throw new AwsError('AuthorizationHeaderMalformed', 400, 'The authorization header that you provided is not valid.');
  }
  return { ...credential, signature, amzDate, signedHeaders, sessionToken: parts.headers['x-amz-security-token'] };
}

function claimOfQuery(query: URLSearchParams): SignatureClaim {
  const credential = readCredential(query.get('X-Amz-Credential') ?? '');
  const signature = query.get('X-Amz-Signature');
  const amzDate = query.get('X-Amz-Date');
  const signedHeaders = query.get('X-Amz-SignedHeaders')?.split(';') ?? [];
  const expires = query.get('X-Amz-Expires') ?? '';
  const algorithm = query.get('X-Amz-Algorithm');
  if (!credential || !signature || !amzDate || !signedHeaders.includes('host') || algorithm !== 'AWS4-HMAC-SHA256') {
    throw queryParametersError(
      'Query-string authentication requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (!/^\d+$/.test(expires)) throw queryParametersError('X-Amz-Expires should be a number');
  const expiresSeconds = Number(expires);
  if (expiresSeconds > maximumExpirySeconds) {
    throw queryParametersError('X-Amz-Expires must be less than a week (in seconds) that is 604800');
  }
  const sessionToken = query.get('X-Amz-Security-Token') ?? undefined;
  return { ...credential, signature, amzDate, signedHeaders, sessionToken, expiresSeconds };
}

function twoMechanisms(): AwsError {
  return new AwsError(
    'InvalidArgument',
    400,
    'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
  );
}

function queryParametersError(message: string): AwsError {
  return new AwsError('AuthorizationQueryParametersError', 400, message);
}

function readCredential(text: string): Pick<SignatureClaim, 'accessKeyId' | 'scope'> | undefined {
  const match = /^([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(text);
  if (!match) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = ''] = match;
  return { accessKeyId, scope: { date, region, service } };
}
