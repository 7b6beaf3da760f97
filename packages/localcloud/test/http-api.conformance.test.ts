import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createTestKernel } from '../src/kernel/testing.ts';
import { AwsError } from '../src/kernel/types.ts';
import { type HttpListener, listen } from '../src/server/http-listener.ts';
import type { Api } from '../src/services/api-gateway/api-model.ts';
import { apiProviders } from '../src/services/api-gateway/api-providers.ts';
import { createHttpApi, type HttpApi } from '../src/services/http-api/index.ts';
import { createLambda, type Lambda } from '../src/services/lambda/index.ts';
import { createWebHandler, onlyApi } from '../src/web-routes.ts';
import { defineFunctionRole, FunctionAssets, noEventSources, provisionWith } from './lambda-fixture.ts';

const harness = createTestKernel();
const apis = new Map<string, Api>();
const logs: string[] = [];
const sent: { queueArn: string; body: string; roleName: string }[] = [];
const keys = await generateKeyPair('RS256');
let lambda: Lambda;
let httpApi: HttpApi;
let listener: HttpListener;
let issuerServer: Server;
let issuer: string;
let endpoint: string;
let apiId: string;

const echo =
  'export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event), headers: { "content-type": "application/json" } });';
const sources: Record<string, string> = {
  echo,
  forbiddenEcho: echo,
  shapes: `export const handler = async ({ queryStringParameters: { shape } }) => ({
    plain: { hello: 'you' }, text: 'just text',
    full: { statusCode: 201, headers: { 'X-One': 1 }, cookies: ['a=1', 'b=2'], body: 'made' },
    binary: { statusCode: 200, headers: { 'content-type': 'image/png' }, body: 'AAEC/w==', isBase64Encoded: true },
    bare: { statusCode: 204 },
    wrongBody: { statusCode: 200, body: { not: 'text' } },
    wrongStatus: { statusCode: 'fine' },
  })[shape];`,
  thrower: 'export const handler = async () => { throw new Error("secret detail"); };',
  slow: 'export const handler = () => new Promise((resolve) => setTimeout(resolve, 2000));',
  agents: `let calls = 0; export const handler = async (event) => {
    const [identity] = event.identitySource;
    if (identity === 'explode') throw new Error('no');
    return { isAuthorized: identity.startsWith('agent'), context: { agentId: identity, calls: ++calls, type: event.type, routeArn: event.routeArn } };
  };`,
  policies: `export const handler = async (event) => ({ principalId: 'p', context: { by: 'policy' }, policyDocument: { Version: '2012-10-17', Statement: [
    { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: event.routeArn.split('/')[0] + '/*/GET/*' }] } });`,
};

beforeAll(async () => {
  defineFunctionRole(harness.local);
  const appendLog = (_group: string, text: string): void => void logs.push(text);
  lambda = createLambda(harness.kernel, {
    credentialsForRole: (arn, session) => harness.local.credentials.credentialsForRole(arn, session),
    endpoint: () => endpoint,
    eventSources: noEventSources,
    appendLog,
  });
  httpApi = createHttpApi({ ...harness.kernel, log: () => {} }, apis, {
    invokeFor: lambda.invokeFor,
    appendLog,
    sendToQueue: async (queueArn, body, principal) => {
      if (body.includes('\u0001')) throw new AwsError('InvalidMessageContents', 400, 'Invalid <characters>');
      sent.push({ queueArn, body, roleName: principal.kind === 'role' ? principal.roleName : '' });
      return { messageId: 'message-1' };
    },
  });
  const site = onlyApi(httpApi.apiIds, httpApi.handle);
  listener = await listen(createWebHandler({ issuer: site, api: httpApi.handle, site }), '127.0.0.1', 0);
  endpoint = `http://127.0.0.1:${listener.port}`;
  await startIssuer();
  await provisionApi();
});

afterAll(async () => {
  await lambda.service.close?.();
  await listener.close(500);
  issuerServer.close();
  harness.cleanup();
});

async function startIssuer(): Promise<void> {
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  issuerServer = createServer((message, response) => {
    response.setHeader('content-type', 'application/json');
    const isDiscovery = message.url?.endsWith('/openid-configuration');
    response.end(JSON.stringify(isDiscovery ? { issuer, jwks_uri: `${issuer}/keys` } : { keys: [jwk] }));
  });
  await new Promise<void>((resolve) => issuerServer.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`;
}

async function provisionApi(): Promise<void> {
  const make = (type: string, logicalId: string, properties: Record<string, unknown>): Promise<string> =>
    provisionWith([...lambda.providers, ...apiProviders(apis)], type, logicalId, properties);
  const assets = new FunctionAssets(join(harness.kernel.dataDirectory, 'cdk.out'));
  apiId = await make('AWS::ApiGatewayV2::Api', 'Api', {
    ProtocolType: 'HTTP',
    CorsConfiguration: {
      AllowOrigins: ['https://console.example'],
      AllowMethods: ['GET'],
      AllowHeaders: ['authorization'],
      MaxAge: 60,
    },
  });
  await make('AWS::ApiGatewayV2::Stage', 'Stage', {
    ApiId: apiId,
    StageName: '$default',
    AutoDeploy: true,
    AccessLogSettings: {
      DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:access:*',
      Format: '$context.routeKey $context.status $context.authorizer.claims.sub $context.nothing',
    },
  });
  const integrations = new Map<string, string>();
  for (const [name, source] of Object.entries(sources)) {
    const resource = assets.resource(name, { 'index.mjs': source }, { Timeout: 5 });
    await lambda.providers.find(({ type }) => type === resource.type)?.provision(resource);
    const functionArn = `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
    if (name !== 'forbiddenEcho') {
      await make('AWS::Lambda::Permission', `${name}Permission`, {
        Action: 'lambda:InvokeFunction',
        FunctionName: functionArn,
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/*`,
      });
    }
    const properties = {
      ApiId: apiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: functionArn,
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 1000,
    };
    integrations.set(name, await make('AWS::ApiGatewayV2::Integration', `${name}Integration`, properties));
  }
  integrations.set(
    'queue',
    await make('AWS::ApiGatewayV2::Integration', 'QueueIntegration', {
      ApiId: apiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationSubtype: 'SQS-SendMessage',
      PayloadFormatVersion: '1.0',
      CredentialsArn: 'arn:aws:iam::000000000000:role/sender',
      RequestParameters: { QueueUrl: 'http://127.0.0.1:1/000000000000/ingest', MessageBody: '$request.body' },
    }),
  );
  const jwt = await make('AWS::ApiGatewayV2::Authorizer', 'Jwt', {
    ApiId: apiId,
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: issuer, Audience: ['console'] },
  });
  const functionAuthorizer = (name: string, rest: Record<string, unknown>): Promise<string> =>
    make('AWS::ApiGatewayV2::Authorizer', `${name}Authorizer`, {
      ApiId: apiId,
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:${name}/invocations`,
      IdentitySource: ['$request.header.Authorization'],
      ...rest,
    });
  const fresh = await functionAuthorizer('agents', { EnableSimpleResponses: true, AuthorizerResultTtlInSeconds: 0 });
  const cachedAuthorizer = await make('AWS::ApiGatewayV2::Authorizer', 'Cached', {
    ApiId: apiId,
    AuthorizerType: 'REQUEST',
    AuthorizerPayloadFormatVersion: '2.0',
    AuthorizerUri: 'arn:aws:lambda:us-east-1:000000000000:function:agents',
    IdentitySource: ['$request.header.Authorization'],
    EnableSimpleResponses: true,
    AuthorizerResultTtlInSeconds: 60,
  });
  const policies = await functionAuthorizer('policies', { AuthorizerResultTtlInSeconds: 0 });
  const routes: [string, string, Record<string, unknown>?][] = [
    ['GET /things/{id}', 'echo'],
    ['POST /things', 'echo'],
    ['GET /shapes', 'shapes'],
    ['GET /thrower', 'thrower'],
    ['GET /slow', 'slow'],
    ['GET /forbidden', 'forbiddenEcho'],
    ['POST /queue', 'queue'],
    ['GET /jwt', 'echo', { AuthorizationType: 'JWT', AuthorizerId: jwt }],
    ['GET /scoped', 'echo', { AuthorizationType: 'JWT', AuthorizerId: jwt, AuthorizationScopes: ['read'] }],
    ['GET /agent', 'echo', { AuthorizationType: 'CUSTOM', AuthorizerId: fresh }],
    ['GET /cached', 'echo', { AuthorizationType: 'CUSTOM', AuthorizerId: cachedAuthorizer }],
    ['ANY /policy', 'echo', { AuthorizationType: 'CUSTOM', AuthorizerId: policies }],
  ];
  for (const [routeKey, integration, authorization = {}] of routes) {
    await make('AWS::ApiGatewayV2::Route', routeKey, {
      ApiId: apiId,
      RouteKey: routeKey,
      Target: `integrations/${integrations.get(integration)}`,
      ...authorization,
    });
  }
}

function call(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(endpoint + path, init);
}

/** The parts of the event that the tests look into; the echo function answers with the whole of it. */
interface EchoedEvent {
  headers: Record<string, string>;
  requestContext: {
    authorizer: { jwt: { claims: Record<string, string>; scopes: string[] | null }; lambda: { calls: number } };
  };
}

async function callJson(path: string, init: RequestInit = {}): Promise<{ status: number; body: EchoedEvent }> {
  const response = await call(path, init);
  return { status: response.status, body: (await response.json()) as EchoedEvent };
}

function token(claims: Record<string, unknown> = {}, algorithmKey = keys.privateKey): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: issuer, client_id: 'console', sub: 'anna', iat: nowS, exp: nowS + 60, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
    .sign(algorithmKey);
}

function authorized(value: string): RequestInit {
  return { headers: { authorization: value } };
}

describe('a Lambda proxy integration', () => {
  test('sees the request in payload format 2.0', async () => {
    const { body } = await callJson('/things/a%20b?x=1&x=2&y=', { headers: { cookie: 'c=1; d=2', 'X-Mixed': 'Case' } });
    expect(body).toMatchObject({
      version: '2.0',
      routeKey: 'GET /things/{id}',
      rawPath: '/things/a b',
      rawQueryString: 'x=1&x=2&y=',
      cookies: ['c=1', 'd=2'],
      headers: { 'x-mixed': 'Case' },
      queryStringParameters: { x: '1,2', y: '' },
      pathParameters: { id: 'a b' },
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        apiId,
        stage: '$default',
        http: { method: 'GET', path: '/things/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        time: expect.stringMatching(/^\d{2}\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      },
    });
    expect(body).not.toHaveProperty('body');
    expect(body.headers).not.toHaveProperty('cookie');
  });

  test('gets JSON as text and other bytes as base64', async () => {
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
    expect((await callJson('/things', json)).body).toMatchObject({ body: '{"a":1}', isBase64Encoded: false });
    const bytes = {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array([0, 255]),
    };
    expect((await callJson('/things', bytes)).body).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
  });

  test('may answer with bare values, full responses, cookies and bytes', async () => {
    expect(await callJson('/shapes?shape=plain')).toEqual({ status: 200, body: { hello: 'you' } });
    expect(await (await call('/shapes?shape=text')).text()).toBe('just text');
    const full = await call('/shapes?shape=full');
    expect([full.status, full.headers.get('x-one'), full.headers.getSetCookie(), await full.text()]).toEqual([
      201,
      '1',
      ['a=1', 'b=2'],
      'made',
    ]);
    const binary = await call('/shapes?shape=binary');
    expect([...new Uint8Array(await binary.arrayBuffer())]).toEqual([0, 1, 2, 255]);
    expect((await call('/shapes?shape=bare')).status).toBe(204);
  });

  test.each(['/shapes?shape=wrongBody', '/shapes?shape=wrongStatus', '/thrower'])(
    'a malformed answer or an error is 500 without detail (%s)',
    async (path) => {
      expect(await callJson(path)).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
    },
  );

  test('an integration that takes too long is 503', async () => {
    expect(await callJson('/slow')).toEqual({ status: 503, body: { message: 'Service Unavailable' } });
  });

  test("is not invoked without the function's permission for the API", async () => {
    expect((await call('/forbidden')).status).toBe(500);
  });

  test('a body above 10 MB is 413', async () => {
    const large = { method: 'POST', body: new Uint8Array(10 * 1024 * 1024 + 1) };
    expect(await callJson('/things', large)).toEqual({ status: 413, body: { message: 'Request Entity Too Large' } });
  });
});

describe('every answer', () => {
  test('has Date, Content-Length and apigw-requestid', async () => {
    const response = await call('/shapes?shape=text');
    expect(response.headers.get('content-length')).toBe('9');
    expect(Date.parse(response.headers.get('date') ?? '')).toBeGreaterThan(0);
    expect(response.headers.get('apigw-requestid')).toMatch(/^[\w+/]+=*$/);
  });

  test('for an unknown route or method is 404', async () => {
    expect(await callJson('/nowhere')).toEqual({ status: 404, body: { message: 'Not Found' } });
    expect((await call('/shapes', { method: 'DELETE' })).status).toBe(404);
  });

  test('leaves a line in the access log', async () => {
    await call('/shapes?shape=bare');
    expect(logs).toContain('GET /shapes 204 - -\n');
  });

  test("comes on the API's own address too", async () => {
    expect((await call(`/_execute-api/${apiId}/shapes?shape=bare`)).status).toBe(204);
    expect((await call('/_execute-api/unknown/shapes')).status).toBe(404);
  });
});

describe('CORS', () => {
  const preflight = (origin: string): Promise<Response> =>
    call('/jwt', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } });

  test('answers a preflight without asking the authorizer', async () => {
    const response = await preflight('https://console.example');
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://console.example',
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '60',
    });
  });

  test('gives an origin that is not allowed nothing', async () => {
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('marks the answer for an allowed origin, refusals included', async () => {
    const response = await call('/jwt', { headers: { origin: 'https://console.example' } });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://console.example');
  });
});

describe('a JWT authorizer', () => {
  test('hands the claims over as text', async () => {
    const bearer = await token({ 'cognito:groups': ['a', 'b'], email_verified: true });
    const { status, body } = await callJson('/jwt', authorized(`Bearer ${bearer}`));
    expect(status).toBe(200);
    expect(body.requestContext.authorizer.jwt).toEqual({
      claims: expect.objectContaining({
        sub: 'anna',
        'cognito:groups': '[a b]',
        email_verified: 'true',
        exp: expect.any(String),
      }),
      scopes: null,
    });
  });

  test('refuses a request without a token', async () => {
    const response = await call('/jwt');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({ message: 'Unauthorized' });
  });

  test.each([
    ['expired', { exp: 1_000_000 }],
    ['not yet valid', { nbf: 32_503_680_000 }],
    ['issued in the future', { iat: 32_503_680_000 }],
    ["another issuer's", { iss: 'http://elsewhere' }],
    ["another client's", { client_id: 'other' }],
    ['for another audience', { aud: 'other' }],
  ])('refuses a token that is %s', async (_what, claims) => {
    expect((await call('/jwt', authorized(`Bearer ${await token(claims)}`))).status).toBe(401);
  });

  test('refuses a token signed with another key, by HMAC or not at all', async () => {
    const other = await generateKeyPair('RS256');
    const [header, payload, signature] = (await token()).split('.');
    const hmac = await new SignJWT({ iss: issuer, client_id: 'console' })
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .setExpirationTime('1m')
      .sign(Buffer.from('secret-secret-secret-secret-secret'));
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    const tampered = `${header}.${Buffer.from(JSON.stringify({ iss: issuer, client_id: 'console', sub: 'root', exp: 9e9 })).toString('base64url')}.${signature}`;
    for (const bad of [await token({}, other.privateKey), hmac, none, tampered, 'garbage']) {
      expect((await call('/jwt', authorized(`Bearer ${bad}`))).status).toBe(401);
    }
  });

  test('wants one of the scopes of the route', async () => {
    const without = await call('/scoped', authorized(await token({ scope: 'write' })));
    expect(without.status).toBe(403);
    expect(without.headers.get('www-authenticate')).toContain('insufficient_scope');
    const { body } = await callJson('/scoped', authorized(await token({ scope: 'write read' })));
    expect(body.requestContext.authorizer.jwt.scopes).toEqual(['read']);
  });
});

describe('a Lambda authorizer', () => {
  test('lets a request through with its context', async () => {
    const { status, body } = await callJson('/agent', authorized('agent-7'));
    expect(status).toBe(200);
    expect(body.requestContext.authorizer.lambda).toMatchObject({
      agentId: 'agent-7',
      type: 'REQUEST',
      routeArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/$default/GET/agent`,
    });
  });

  test('refuses with 403, a missing identity with 401, an error of its own with 500', async () => {
    expect(await callJson('/agent', authorized('stranger'))).toEqual({ status: 403, body: { message: 'Forbidden' } });
    expect(await callJson('/agent')).toEqual({ status: 401, body: { message: 'Unauthorized' } });
    expect(await callJson('/agent', authorized('explode'))).toEqual({
      status: 500,
      body: { message: 'Internal Server Error' },
    });
  });

  test('is asked each time without a lifetime of results, and once with one', async () => {
    const calls = async (path: string): Promise<number> =>
      (await callJson(path, authorized('agent-8'))).body.requestContext.authorizer.lambda.calls;
    expect(await calls('/agent')).toBeLessThan(await calls('/agent'));
    expect(await calls('/cached')).toBe(await calls('/cached'));
  });

  test('may answer with an IAM policy', async () => {
    expect((await callJson('/policy', authorized('x'))).body.requestContext.authorizer.lambda).toEqual({
      by: 'policy',
    });
    expect((await call('/policy', { method: 'POST', ...authorized('x') })).status).toBe(403);
  });
});

describe('the SQS-SendMessage integration', () => {
  test("sends the whole body with the integration's role and returns SQS's answer", async () => {
    const body = JSON.stringify({ text: 'x'.repeat(200_000) });
    const response = await call('/queue', { method: 'POST', body });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<MessageId>message-1</MessageId>');
    expect(sent.at(-1)).toEqual({ queueArn: 'arn:aws:sqs:us-east-1:000000000000:ingest', body, roleName: 'sender' });
  });

  test('passes on the refusal of SQS', async () => {
    const response = await call('/queue', { method: 'POST', body: '\u0001' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(
      '<Code>InvalidMessageContents</Code><Message>Invalid &lt;characters&gt;</Message>',
    );
    expect((await call('/queue', { method: 'POST' })).status).toBe(400);
  });
});
