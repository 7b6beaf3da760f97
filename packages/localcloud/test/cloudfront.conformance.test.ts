import { mkdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestKernel } from '../src/kernel/testing.ts';
import { type HttpListener, listen } from '../src/server/http-listener.ts';
import { type CloudFront, createCloudFront } from '../src/services/cloudfront/index.ts';
import { createCustomResources } from '../src/services/custom-resources/index.ts';
import { createS3, type S3 } from '../src/services/s3/index.ts';
import type { WebRequest, WebResponse } from '../src/services/web/web-exchange.ts';
import { createWebHandler } from '../src/web-routes.ts';
import { provisionWith } from './lambda-fixture.ts';

const harness = createTestKernel();
const reachedApi: WebRequest[] = [];
const apiBodies: string[] = [];
const script = `console.log(${JSON.stringify('x'.repeat(2_000))});`;
const allViewerExceptHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const cachingOptimized = '658327ea-f89d-4fab-a63d-7e88639e58f6';
let s3: S3;
let listener: HttpListener;
let endpoint: string;
let cloudFront: CloudFront;
let bucket: string;
let deploy: (site: Record<string, string>, properties?: Record<string, unknown>) => Promise<unknown>;

beforeAll(async () => {
  const kernel = { ...harness.kernel, log: () => {} };
  s3 = createS3(kernel, { sendToQueue: async () => ({ messageId: '' }), putEvent: async () => {} });
  cloudFront = createCloudFront(kernel, {
    getObject: s3.getObject,
    handleApi: async (_apiId, request) => {
      reachedApi.push(request);
      apiBodies.push((await request.readBody(100)).toString());
      return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'no such thing' };
    },
  });
  const nothing = async (): Promise<WebResponse> => ({ status: 404, headers: {} });
  const site = (request: WebRequest): Promise<WebResponse> => cloudFront.handle(request) ?? nothing();
  listener = await listen(createWebHandler({ issuer: nothing, api: nothing, site }), '127.0.0.1', 0);
  endpoint = `http://127.0.0.1:${listener.port}`;
  await provisionSite();
  const custom = createCustomResources(kernel, { endpoint, ...s3 });
  const assemblyDirectory = join(kernel.dataDirectory, 'cdk.out');
  deploy = (site, properties = {}) => {
    const provider = custom.providers[0];
    writeSite(assemblyDirectory, site);
    return provider
      ? provider.provision({
          stackName: 'Test',
          logicalId: 'Deploy',
          type: provider.type,
          assemblyDirectory,
          properties: {
            SourceObjectKeys: ['site.zip'],
            DestinationBucketName: bucket,
            Prune: true,
            SystemMetadata: { 'cache-control': 'no-cache' },
            ...properties,
          },
        })
      : Promise.reject(new Error('no provider'));
  };
  await deploy({ 'index.html': '<h1>home</h1>', 'assets/app.js': script, 'wide/open.txt': 'open' });
});

afterAll(async () => {
  await listener.close(500);
  await s3.service.close?.();
  harness.cleanup();
});

function writeSite(assemblyDirectory: string, site: Record<string, string>): void {
  for (const [path, content] of Object.entries(site)) {
    mkdirSync(join(assemblyDirectory, 'asset.site', path, '..'), { recursive: true });
    writeFileSync(join(assemblyDirectory, 'asset.site', path), content);
  }
  const files = { site: { source: { path: 'asset.site' }, destinations: { here: { objectKey: 'site.zip' } } } };
  writeFileSync(join(assemblyDirectory, 'Test.assets.json'), JSON.stringify({ files }));
}

async function provisionSite(): Promise<void> {
  const make = (type: string, logicalId: string, properties: Record<string, unknown>): Promise<string> =>
    provisionWith([...s3.providers, ...cloudFront.providers], type, logicalId, properties);
  bucket = await make('AWS::S3::Bucket', 'Site', {});
  const headers = await make('AWS::CloudFront::ResponseHeadersPolicy', 'Headers', {
    ResponseHeadersPolicyConfig: {
      Name: 'headers',
      SecurityHeadersConfig: {
        ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'self'", Override: true },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 60, IncludeSubdomains: true, Override: true },
        ContentTypeOptions: { Override: true },
      },
      CustomHeadersConfig: { Items: [{ Header: 'Cache-Control', Value: 'max-age=1', Override: false }] },
      RemoveHeadersConfig: { Items: [{ Header: 'Server' }] },
    },
  });
  const pages = await make('AWS::CloudFront::Function', 'Pages', {
    Name: 'pages',
    AutoPublish: true,
    FunctionConfig: { Runtime: 'cloudfront-js-2.0', Comment: '' },
    FunctionCode: `async function handler(event) {
      const request = event.request;
      if (request.uri === '/moved') return { statusCode: 301, headers: { location: { value: '/there?' + (request.querystring.a ? request.querystring.a.value : '') } } };
      if (request.uri === '/escape') return { statusCode: 200, body: typeof process + typeof require + typeof fetch };
      if (request.uri === '/throws') throw new Error('no');
      if (request.uri === '/spins') for (;;);
      if (!request.uri.includes('.') && request.uri !== '/') request.uri = '/index.html';
      return request;
    }`,
  });
  const stamp = await make('AWS::CloudFront::Function', 'Stamp', {
    Name: 'stamp',
    FunctionConfig: { Runtime: 'cloudfront-js-2.0' },
    FunctionCode: `function handler(event) { event.response.headers['x-stamp'] = { value: event.context.eventType }; return event.response; }`,
  });
  const distributionId = await make('AWS::CloudFront::Distribution', 'Distribution', {
    DistributionConfig: {
      Enabled: true,
      DefaultRootObject: 'index.html',
      Origins: [
        {
          Id: 'site',
          DomainName: `${bucket}.s3.us-east-1.amazonaws.com`,
          OriginAccessControlId: 'oac',
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
        { Id: 'api', DomainName: 'abcde12345.execute-api.us-east-1.amazonaws.com', CustomOriginConfig: {} },
      ],
      CacheBehaviors: [
        {
          PathPattern: '/api/*',
          TargetOriginId: 'api',
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
          CachePolicyId: cachingDisabled,
          OriginRequestPolicyId: allViewerExceptHost,
          Compress: true,
          ViewerProtocolPolicy: 'https-only',
        },
        {
          PathPattern: '/bare/*',
          TargetOriginId: 'api',
          CachePolicyId: cachingDisabled,
          ViewerProtocolPolicy: 'https-only',
        },
      ],
      DefaultCacheBehavior: {
        TargetOriginId: 'site',
        CachePolicyId: cachingOptimized,
        Compress: true,
        ResponseHeadersPolicyId: headers,
        ViewerProtocolPolicy: 'redirect-to-https',
        FunctionAssociations: [
          { EventType: 'viewer-request', FunctionARN: pages },
          { EventType: 'viewer-response', FunctionARN: stamp },
        ],
      },
      CustomErrorResponses: [{ ErrorCode: 403, ResponseCode: 404, ResponsePagePath: '/index.html' }],
    },
  });
  await make('AWS::S3::BucketPolicy', 'SitePolicy', {
    Bucket: bucket,
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Action: 's3:GetObject',
          Resource: `arn:aws:s3:::${bucket}/*`,
          Condition: {
            StringEquals: { 'AWS:SourceArn': `arn:aws:cloudfront::000000000000:distribution/${distributionId}` },
          },
        },
        { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/secret/*` },
      ],
    },
  });
}

function get(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(endpoint + path, { redirect: 'manual', ...init });
}

/** The answer as it came over the wire: fetch would decompress it. */
function getRaw(path: string, acceptEncoding: string): Promise<{ headers: Record<string, unknown>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    httpRequest(endpoint + path, { headers: { 'accept-encoding': acceptEncoding } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
    })
      .on('error', reject)
      .end();
  });
}

describe('a bucket behind the distribution', () => {
  test('serves files with their type, the root object and the deployed metadata', async () => {
    const home = await get('/');
    expect([home.status, await home.text(), home.headers.get('content-type')]).toEqual([
      200,
      '<h1>home</h1>',
      'text/html',
    ]);
    expect(home.headers.get('cache-control')).toBe('no-cache');
    expect((await get('/assets/app.js')).headers.get('content-type')).toBe('application/javascript');
    expect((await get('/', { method: 'HEAD' })).headers.get('content-length')).toBe('13');
  });

  test('revalidates by ETag', async () => {
    const etag = (await get('/')).headers.get('etag') ?? '';
    expect((await get('/', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await get('/', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  test('answers a range', async () => {
    const part = await get('/wide/open.txt', { headers: { range: 'bytes=1-2' } });
    expect([part.status, await part.text()]).toEqual([206, 'pe']);
  });

  test('is compressed for viewers that take it', async () => {
    const br = await getRaw('/assets/app.js', 'gzip, br');
    expect(br.headers).toMatchObject({
      'content-encoding': 'br',
      vary: 'Accept-Encoding',
      etag: expect.stringMatching(/^W\//),
    });
    expect(brotliDecompressSync(br.body).toString()).toBe(script);
    expect(gunzipSync((await getRaw('/assets/app.js', 'gzip')).body).toString()).toBe(script);
    expect((await getRaw('/assets/app.js', 'identity')).body.toString()).toBe(script);
    expect((await getRaw('/', 'br')).headers['content-encoding']).toBeUndefined();
  });

  test("is held to the bucket's policy, and a missing file looks like a forbidden one", async () => {
    await s3.putObject(bucket, 'secret/key.txt', Buffer.from('secret'), {});
    for (const path of ['/secret/key.txt', '/missing.txt']) {
      const response = await get(path);
      expect([response.status, await response.text()]).toEqual([404, '<h1>home</h1>']);
    }
  });

  test('refuses methods that the behaviour does not allow', async () => {
    expect((await get('/', { method: 'POST', body: 'x' })).status).toBe(403);
  });
});

describe('response headers', () => {
  test('come from the policy, which keeps or replaces the origin’s', async () => {
    const { headers } = await get('/');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'self'",
      'strict-transport-security': 'max-age=60; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
      'x-cache': 'Miss from cloudfront',
    });
    expect(headers.get('server')).toBeNull();
  });
});

describe('CloudFront functions', () => {
  test('rewrite requests, answer by themselves and change responses', async () => {
    const page = await get('/recordings/1');
    expect([await page.text(), page.headers.get('x-stamp')]).toEqual(['<h1>home</h1>', 'viewer-response']);
    const moved = await get('/moved?a=1');
    expect([moved.status, moved.headers.get('location')]).toEqual([301, '/there?1']);
  });

  test('see nothing of the host', async () => {
    expect(await (await get('/escape')).text()).toBe('undefinedundefinedundefined');
  });

  test.each(['/throws', '/spins'])('that fail answer 503 (%s)', async (path) => {
    expect((await get(path)).status).toBe(503);
  });
});

describe('an HTTP API behind the distribution', () => {
  test('gets the method, body, query, cookies and headers that the policy forwards, under its own host name', async () => {
    const response = await get('/api/v1/things?x=1', {
      method: 'POST',
      body: 'data',
      headers: { authorization: 'Bearer t', cookie: 'a=1' },
    });
    expect([response.status, await response.text()]).toEqual([404, 'no such thing']);
    const seen = reachedApi.at(-1);
    expect(seen).toMatchObject({ method: 'POST', rawPath: '/api/v1/things', rawQuery: 'x=1' });
    expect(seen?.headers).toMatchObject({
      host: 'abcde12345.execute-api.us-east-1.amazonaws.com',
      authorization: 'Bearer t',
      cookie: 'a=1',
      'x-forwarded-for': '127.0.0.1',
    });
    expect(apiBodies.at(-1)).toBe('data');
  });

  test('gets nothing of the viewer without an origin request policy', async () => {
    await get('/bare/thing?x=1', { headers: { authorization: 'Bearer t', cookie: 'a=1' } });
    const seen = reachedApi.at(-1);
    expect(seen).toMatchObject({ rawQuery: '' });
    expect(seen?.headers).not.toHaveProperty('authorization');
    expect(seen?.headers).not.toHaveProperty('cookie');
    expect(seen?.headers['user-agent']).toBe('Amazon CloudFront');
  });
});

describe('a bucket deployment', () => {
  test('replaces markers, makes public URLs local, and prunes what went', async () => {
    const site = {
      'index.html': '<h1>home</h1>',
      'config.json':
        '{"issuer":"https://cognito-idp.us-east-1.amazonaws.com/<<marker:0xbaba:0>>","name":"<<marker:0xbaba:1>>"}',
    };
    const markers = { '<<marker:0xbaba:0>>': 'us-east-1_pool', '<<marker:0xbaba:1>>': 'a "quoted" name' };
    await s3.putObject(bucket, 'stale.txt', Buffer.from('old'), {});
    await deploy(site, { SourceMarkers: [markers], SourceMarkersConfig: [{ jsonEscape: true }] });
    expect(await (await get('/config.json')).json()).toEqual({
      issuer: `${endpoint}/oidc/us-east-1_pool`,
      name: 'a "quoted" name',
    });
    expect(await s3.listKeys(bucket)).not.toContain('stale.txt');
    expect(await s3.listKeys(bucket)).toContain('config.json');
  });

  test('writes nothing again when nothing changed', async () => {
    await deploy({});
    await s3.putObject(bucket, 'wide/open.txt', Buffer.from('touched by hand'), {});
    await deploy({});
    expect(await (await get('/wide/open.txt')).text()).toBe('touched by hand');
  });
});

test('a setting that would change answers and is not played is refused', async () => {
  const config = {
    Origins: [{ Id: 'o', DomainName: 'elsewhere.example', CustomOriginConfig: {} }],
    DefaultCacheBehavior: { TargetOriginId: 'o', CachePolicyId: cachingDisabled, ViewerProtocolPolicy: 'allow-all' },
  };
  const provision = (DistributionConfig: object): Promise<string> =>
    provisionWith(cloudFront.providers, 'AWS::CloudFront::Distribution', 'Distribution', { DistributionConfig });
  await expect(provision(config)).rejects.toThrow('does not implement the origin elsewhere.example');
  await expect(provision({ ...config, Origins: [], Aliases: ['console.example'] })).rejects.toThrow('Aliases');
});
