import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** What a URL is signed with; on Lambda all of it comes from the environment. */
export interface UrlSigningConfiguration {
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** Set where S3 is not at amazonaws.com; objects are then addressed by path. */
  endpoint?: string;
}

/** @throws Error when the environment has no credentials */
export function readUrlSigningConfiguration(
  env: Readonly<Record<string, string | undefined>>,
): UrlSigningConfiguration {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (region === undefined || accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error('URLs are signed with AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  }
  const sessionToken = env.AWS_SESSION_TOKEN;
  const endpoint = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  return {
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

export interface ObjectRequest {
  method: 'GET' | 'PUT';
  bucket: string;
  objectKey: string;
  /** Signed and to be sent exactly so. */
  headers?: Record<string, string>;
  expiresInSeconds: number;
  signedAt: Date;
}

/**
 * Presigns S3 requests with the SDK's signer alone: a function that only signs URLs carries no S3 client. Source: AWS
 * Signature Version 4, query parameters, unsigned payload.
 */
export class S3UrlSigner {
  readonly #configuration: UrlSigningConfiguration;
  readonly #signer: SignatureV4;

  constructor(configuration: UrlSigningConfiguration) {
    this.#configuration = configuration;
    const { credentials, region } = configuration;
    this.#signer = new SignatureV4({ credentials, region, service: 's3', sha256: Sha256, uriEscapePath: false });
  }

  async sign({ method, bucket, objectKey, headers = {}, expiresInSeconds, signedAt }: ObjectRequest): Promise<string> {
    const url = this.#objectUrl(bucket, objectKey);
    const request = {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: url.pathname,
      query: {},
      headers: { ...headers, host: url.host, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
    };
    const signed = await this.#signer.presign(request, {
      expiresIn: expiresInSeconds,
      signingDate: signedAt,
      unhoistableHeaders: new Set(Object.keys(headers)),
    });
    for (const [name, value] of Object.entries(signed.query ?? {})) {
      for (const each of [value ?? ''].flat()) url.searchParams.append(name, each);
    }
    return url.href;
  }

  #objectUrl(bucket: string, objectKey: string): URL {
    const path = objectKey.split('/').map(encodeURIComponent).join('/');
    const { endpoint, region } = this.#configuration;
    if (endpoint !== undefined) return new URL(`/${bucket}/${path}`, endpoint);
    return new URL(`/${path}`, `https://${bucket}.s3.${region}.amazonaws.com`);
  }
}

/** The hash that the signer asks for: SHA-256, or HMAC-SHA-256 with a secret. */
class Sha256 {
  #hash: Hash | Hmac;
  readonly #secret: Uint8Array | string | undefined;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = typeof secret === 'string' || secret === undefined ? secret : toBytes(secret);
    this.#hash = this.#start();
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : toBytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#start();
  }

  #start(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }
}

function toBytes(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
