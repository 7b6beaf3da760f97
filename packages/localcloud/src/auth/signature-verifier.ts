import { timingSafeEqual } from 'node:crypto';
import type { Principal } from '../kernel/types.ts';
import { AwsError, region } from '../kernel/types.ts';
import { canonicalRequestHash, type SignedParts } from './canonical-request.ts';
import type { CredentialsStore, KnownKey } from './credentials.ts';
import type { SignatureClaim } from './signature-claim.ts';
import { hmac, scopeText, signingKey } from './signing.ts';

const maximumSkewMs = 15 * 60 * 1000;

/** What the chunk signatures of a `STREAMING-AWS4-HMAC-SHA256-…` body are checked with. */
export interface ChunkSigning {
  key: Buffer;
  amzDate: string;
  scope: string;
  seedSignature: string;
}

export interface VerifiedSignature {
  principal: Principal;
  chunkSigning: ChunkSigning;
}

/**
 * Checks a request's SigV4 signature and time as AWS does.
 * Errors are S3's for S3 and those of the JSON services for everything else.
 */
export function verifySignature(
  parts: SignedParts,
  claim: SignatureClaim,
  payloadHash: string,
  store: CredentialsStore,
  nowMs: number,
): VerifiedSignature {
  const refuse = refusals(claim.scope.service === 's3');
  const known = findKey(claim, store, refuse);
  checkTime(claim, nowMs, refuse);
  if (claim.scope.region !== region || claim.scope.date !== claim.amzDate.slice(0, 8)) {
    throw refuse.malformed(`the region or date of the credential is wrong; expecting '${region}'`);
  }
  const key = signingKey(known.secretAccessKey, claim.scope);
  const scope = scopeText(claim.scope);
  const hash = canonicalRequestHash(parts, claim.scope.service, claim.signedHeaders, payloadHash);
  const expected = hmac(key, `AWS4-HMAC-SHA256\n${claim.amzDate}\n${scope}\n${hash}`).toString('hex');
  if (!equalText(expected, claim.signature)) throw refuse.mismatch();
  checkEverythingSigned(parts, claim);
  const chunkSigning = { key, amzDate: claim.amzDate, scope, seedSignature: claim.signature };
  return { principal: known.principal, chunkSigning };
}

export function equalText(first: string, second: string): boolean {
  const firstBytes = Buffer.from(first);
  const secondBytes = Buffer.from(second);
  return firstBytes.length === secondBytes.length && timingSafeEqual(firstBytes, secondBytes);
}

function findKey(claim: SignatureClaim, store: CredentialsStore, refuse: Refusals): KnownKey {
  const found = store.find(claim.accessKeyId, claim.sessionToken);
  if (found === 'unknown-key') throw refuse.unknownKey();
  if (found === 'invalid-token') throw refuse.invalidToken();
  return found;
}

function checkTime(claim: SignatureClaim, nowMs: number, refuse: Refusals): void {
  const signedAtMs = parseAmzDate(claim.amzDate);
  if (signedAtMs === undefined) throw refuse.malformed('the date is not of the form YYYYMMDDTHHMMSSZ');
  if (claim.expiresSeconds === undefined) {
    if (Math.abs(nowMs - signedAtMs) > maximumSkewMs) throw refuse.skewed(claim.amzDate, nowMs);
    return;
  }
  if (signedAtMs - nowMs > maximumSkewMs) throw new AwsError('AccessDenied', 403, 'Request is not valid yet');
  const expiresAtMs = signedAtMs + claim.expiresSeconds * 1000;
  if (nowMs > expiresAtMs) {
    throw new AwsError('AccessDenied', 403, 'Request has expired', {
      'X-Amz-Expires': claim.expiresSeconds,
      Expires: new Date(expiresAtMs).toISOString(),
      ServerTime: new Date(nowMs).toISOString(),
    });
  }
}

/** Every `x-amz-` header takes part in what the request means, so none may be added after signing. */
function checkEverythingSigned(parts: SignedParts, claim: SignatureClaim): void {
  const unsigned = Object.keys(parts.headers).filter(
    (name) => name.startsWith('x-amz-') && !claim.signedHeaders.includes(name),
  );
  if (claim.scope.service === 's3' && unsigned.length > 0) {
    throw new AwsError('AccessDenied', 403, 'There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    });
  }
}

function parseAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

interface Refusals {
  unknownKey(): AwsError;
  invalidToken(): AwsError;
  mismatch(): AwsError;
  skewed(amzDate: string, nowMs: number): AwsError;
  malformed(detail: string): AwsError;
}

const mismatchMessage =
  'The request signature we calculated does not match the signature you provided. Check your key and signing method.';

function refusals(isS3: boolean): Refusals {
  return isS3 ? s3Refusals : jsonRefusals;
}

const s3Refusals: Refusals = {
  unknownKey: () =>
    new AwsError('InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'),
  invalidToken: () => new AwsError('InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'),
  mismatch: () => new AwsError('SignatureDoesNotMatch', 403, mismatchMessage),
  skewed: (amzDate, nowMs) =>
    new AwsError(
      'RequestTimeTooSkewed',
      403,
      'The difference between the request time and the current time is too large.',
      {
        RequestTime: amzDate,
        ServerTime: new Date(nowMs).toISOString(),
        MaxAllowedSkewMilliseconds: maximumSkewMs,
      },
    ),
  malformed: (detail) =>
    new AwsError('AuthorizationHeaderMalformed', 400, `The authorization header is malformed; ${detail}`, {
      Region: region,
    }),
};

const invalidTokenMessage = 'The security token included in the request is invalid.';

const jsonRefusals: Refusals = {
  unknownKey: () => new AwsError('UnrecognizedClientException', 400, invalidTokenMessage),
  invalidToken: () => new AwsError('UnrecognizedClientException', 400, invalidTokenMessage),
  mismatch: () => new AwsError('InvalidSignatureException', 400, mismatchMessage),
  skewed: (amzDate, nowMs) =>
    new AwsError(
      'InvalidSignatureException',
      400,
      `Signature expired or not yet current: ${amzDate} is more than 15 min. away from ${new Date(nowMs).toISOString()}`,
    ),
  malformed: (detail) =>
    new AwsError('InvalidSignatureException', 400, `Credential should be scoped correctly: ${detail}`),
};
