import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestKernel, type TestKernel, type TestServer } from '../kernel/testing.ts';
import { AwsError, type AwsService } from '../kernel/types.ts';
import { jsonResponse } from './json-protocol.ts';
import { payloadTrailers, readPayload } from './payload.ts';

/** Answers with what it received, so that a test sees what a service would. */
const echo: AwsService = {
  signingNames: ['s3'],
  async handle(request) {
    const body = await readPayload(request, 1024 * 1024);
    const { principal, presigned } = request;
    const seen = { who: principal.arn, presigned, size: body.length, trailers: payloadTrailers(request) };
    return { status: 200, headers: { 'x-amz-meta-seen': JSON.stringify(seen) } };
  },
  renderError: (error) => ({
    status: error.status,
    headers: { 'content-type': 'application/xml' },
    body: `<Error><Code>${error.code}</Code><Message>${error.message}</Message></Error>`,
  }),
};

const tables: AwsService = {
  signingNames: ['dynamodb'],
  async handle(request) {
    await readPayload(request, 1024);
    if (request.action !== 'ListTables') throw new AwsError('UnknownOperationException', 400, '');
    return jsonResponse({ TableNames: [request.principal.kind] }, true);
  },
};

let testKernel: TestKernel;
let server: TestServer;

beforeAll(async () => {
  testKernel = createTestKernel();
  server = await testKernel.serve([echo, tables]);
});

afterAll(async () => {
  await server.close();
  testKernel.cleanup();
});

function s3Client(overrides: object = {}): S3Client {
  const { endpoint, credentials } = server;
  return new S3Client({
    endpoint,
    credentials,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    ...overrides,
  });
}

/** Sends a GetObject and gives what the service saw. */
async function whatIsSeen(client: S3Client): Promise<{ who: string; presigned: boolean }> {
  const { Metadata } = await client.send(new GetObjectCommand({ Bucket: 'b', Key: "é'(x)+ &=?*!~.txt" }));
  return JSON.parse(Metadata?.seen ?? '') as { who: string; presigned: boolean };
}

async function codeOf(response: Response): Promise<string> {
  return /<Code>(.*)<\/Code>/.exec(await response.text())?.[1] ?? String(response.status);
}

describe('a signed request', () => {
  test('reaches its service as the operator, whatever characters its key has', async () => {
    expect(await whatIsSeen(s3Client())).toMatchObject({ who: 'arn:aws:iam::000000000000:root', presigned: false });
  });

  test('reaches its service as the session of a role', async () => {
    const credentials = testKernel.local.credentials.credentialsForRole('arn:aws:iam::000000000000:role/worker', 'fn');
    const seen = await whatIsSeen(s3Client({ credentials }));
    expect(seen.who).toBe('arn:aws:sts::000000000000:assumed-role/worker/fn');
  });

  test('streams a body with a trailing checksum', async () => {
    const Body = Readable.from([Buffer.alloc(70_000, 1), Buffer.alloc(12, 2)]);
    const client = s3Client();
    let seen = '';
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        seen = (result.response as { headers: Record<string, string> }).headers['x-amz-meta-seen'] ?? '';
        return result;
      },
      { step: 'deserialize' },
    );
    await client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body, ContentLength: 70_012 }));
    expect(JSON.parse(seen)).toMatchObject({ size: 70_012, trailers: { 'x-amz-checksum-crc32': expect.any(String) } });
  });

  test('that states no payload hash is checked against its body', async () => {
    const { endpoint, credentials } = server;
    const client = new DynamoDBClient({ endpoint, credentials, region: 'us-east-1', maxAttempts: 1 });
    client.middlewareStack.add(
      (next) => (args) => {
        delete (args.request as { headers: Record<string, string> }).headers['x-amz-content-sha256'];
        return next(args);
      },
      { step: 'build', priority: 'low' },
    );
    expect(await client.send(new ListTablesCommand({}))).toMatchObject({ TableNames: ['root'] });
  });

  test('refused in the middle of a large body still gets its answer, and so does the next request', async () => {
    const ignore = () => {};
    const client = s3Client({ logger: { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore } });
    const large = (Body: Uint8Array | Readable) =>
      client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body, ContentLength: 12_000_000 }));
    await expect(large(Buffer.alloc(12_000_000))).rejects.toMatchObject({ name: 'EntityTooLarge' });
    await expect(large(Readable.from([Buffer.alloc(12_000_000)]))).rejects.toMatchObject({ name: 'EntityTooLarge' });
    expect(await whatIsSeen(client)).toMatchObject({ presigned: false });
  });

  test('with an unknown key is refused', async () => {
    const unknown = { accessKeyId: 'AKIAUNKNOWNUNKNOWN00', secretAccessKey: 'x' };
    await expect(whatIsSeen(s3Client({ credentials: unknown }))).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
    const { endpoint } = server;
    const client = new DynamoDBClient({ endpoint, credentials: unknown, region: 'us-east-1', maxAttempts: 1 });
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  test('with a wrong secret is refused', async () => {
    const credentials = { ...server.credentials, secretAccessKey: 'wrong' };
    await expect(whatIsSeen(s3Client({ credentials }))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    const { endpoint } = server;
    const client = new DynamoDBClient({ endpoint, credentials, region: 'us-east-1', maxAttempts: 1 });
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });

  test("with one role's key and another role's token is refused", async () => {
    const store = testKernel.local.credentials;
    const worker = store.credentialsForRole('arn:aws:iam::000000000000:role/worker', 'fn');
    const admin = store.credentialsForRole('arn:aws:iam::000000000000:role/admin', 'fn');
    const mixed = { ...worker, sessionToken: admin.sessionToken };
    await expect(whatIsSeen(s3Client({ credentials: mixed }))).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  test.each([-16 * 60_000, 16 * 60_000])('from a clock that is %d ms off is refused', async (systemClockOffset) => {
    await expect(whatIsSeen(s3Client({ systemClockOffset }))).rejects.toMatchObject({ name: 'RequestTimeTooSkewed' });
  });

  test('from a clock 14 minutes off is accepted', async () => {
    await expect(whatIsSeen(s3Client({ systemClockOffset: 14 * 60_000 }))).resolves.toBeDefined();
  });

  test('for another region is refused', async () => {
    const refused = whatIsSeen(s3Client({ region: 'eu-west-1' }));
    await expect(refused).rejects.toMatchObject({ name: 'AuthorizationHeaderMalformed' });
  });

  test('for a service that is not played is answered with NotImplemented', async () => {
    const { endpoint, credentials } = server;
    const client = new KMSClient({ endpoint, credentials, region: 'us-east-1', maxAttempts: 1 });
    await expect(client.send(new ListKeysCommand({}))).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});

describe('a request changed after signing is refused', () => {
  /** Sends what the SDK would, changed by `change`, over a plain socket. */
  async function sendChanged(
    change: (signed: { headers: Record<string, string>; body: string; path: string }) => void,
  ) {
    let captured: { headers: Record<string, string>; path: string; query: Record<string, string> } | undefined;
    const client = s3Client();
    client.middlewareStack.add(
      () => async (args) => {
        captured = args.request as typeof captured;
        return { response: {}, output: { $metadata: {} } } as never;
      },
      { step: 'finalizeRequest', priority: 'low', name: 'capture' },
    );
    await client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'hello' }));
    if (!captured) throw new Error('nothing was captured');
    const signed = {
      headers: { ...captured.headers },
      body: 'hello',
      path: `${captured.path}?${new URLSearchParams(captured.query)}`,
    };
    change(signed);
    return send(signed);
  }

  async function send(signed: { headers: Record<string, string>; body: string; path: string }): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const { port } = new URL(server.endpoint);
    const outgoing = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'PUT',
      path: signed.path,
      headers: signed.headers,
    });
    outgoing.on('error', reject).on('response', (response) => {
      text(response).then(
        (body) => resolve(/<Code>(.*)<\/Code>/.exec(body)?.[1] ?? String(response.statusCode)),
        reject,
      );
    });
    outgoing.end(signed.body);
    return promise;
  }

  test('but not when nothing was changed', async () => {
    expect(await sendChanged(() => {})).toBe('200');
  });

  test('in its path', async () => {
    expect(
      await sendChanged((signed) => {
        signed.path = signed.path.replace('/b/k', '/b/j');
      }),
    ).toBe('SignatureDoesNotMatch');
  });

  test('in its query', async () => {
    expect(
      await sendChanged((signed) => {
        signed.path += '&acl';
      }),
    ).toBe('SignatureDoesNotMatch');
  });

  test('in a signed header', async () => {
    const change = sendChanged((signed) => {
      signed.headers['content-type'] = 'text/html';
    });
    expect(await change).toBe('SignatureDoesNotMatch');
  });

  test('by an x-amz- header that nobody signed', async () => {
    expect(
      await sendChanged((signed) => {
        signed.headers['x-amz-acl'] = 'public-read';
      }),
    ).toBe('AccessDenied');
  });

  test('in its body', async () => {
    expect(
      await sendChanged((signed) => {
        signed.body = 'hallo';
      }),
    ).toBe('XAmzContentSHA256Mismatch');
  });
});

describe('a presigned URL', () => {
  const put = () => new PutObjectCommand({ Bucket: 'b', Key: 'k é', ContentLength: 3 });
  const signedFor = (expiresIn: number, signingDate = new Date()) =>
    getSignedUrl(s3Client(), put(), { expiresIn, signingDate });

  test('is accepted as long as it is valid, and only for the size it was signed for', async () => {
    const url = await signedFor(60);
    const accepted = await fetch(url, { method: 'PUT', body: 'abc' });
    expect(JSON.parse(accepted.headers.get('x-amz-meta-seen') ?? '')).toMatchObject({ presigned: true, size: 3 });
    expect(await codeOf(await fetch(url, { method: 'PUT', body: 'abcd' }))).toBe('SignatureDoesNotMatch');
  });

  test('is refused once it has expired', async () => {
    const response = await fetch(await signedFor(60, new Date(Date.now() - 61_000)), { method: 'PUT', body: 'abc' });
    expect(await response.text()).toContain('<Code>AccessDenied</Code><Message>Request has expired');
  });

  test('is refused when its expiry, key or method is changed', async () => {
    const url = await signedFor(60);
    const changes: [string, string][] = [
      [url.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000'), 'PUT'],
      [url.replace('/b/k', '/b/j'), 'PUT'],
      [url, 'POST'],
    ];
    for (const [changed, method] of changes) {
      expect(await codeOf(await fetch(changed, { method, body: 'abc' }))).toBe('SignatureDoesNotMatch');
    }
  });

  test('is refused when it asks for more than a week', async () => {
    const url = (await signedFor(60)).replace('X-Amz-Expires=60', 'X-Amz-Expires=604801');
    expect(await codeOf(await fetch(url, { method: 'PUT', body: 'abc' }))).toBe('AuthorizationQueryParametersError');
  });

  test('is refused when a page sends its bearer token along', async () => {
    const init = { method: 'PUT', body: 'abc', headers: { authorization: 'Bearer token' } };
    expect(await codeOf(await fetch(await signedFor(60), init))).toBe('InvalidArgument');
  });

  test('is refused without its signature', async () => {
    const url = new URL(await signedFor(60));
    url.searchParams.delete('X-Amz-Signature');
    expect(await codeOf(await fetch(url, { method: 'PUT', body: 'abc' }))).toBe('AuthorizationQueryParametersError');
  });
});
