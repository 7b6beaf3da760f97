import { request } from 'node:http';
import { join } from 'node:path';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket as ClientSocket } from 'ws';
import { createTestKernel } from '../src/kernel/testing.ts';
import { createDispatcher } from '../src/server/dispatch.ts';
import { createFrontDoor } from '../src/server/front-door.ts';
import { type HttpListener, listen } from '../src/server/http-listener.ts';
import type { Api } from '../src/services/api-gateway/api-model.ts';
import { apiProviders } from '../src/services/api-gateway/api-providers.ts';
import { createLambda, type Lambda } from '../src/services/lambda/index.ts';
import { createWebSocketApi, type WebSocketApi } from '../src/services/websocket-api/index.ts';
import { awsLimits } from '../src/services/websocket-api/websocket-model.ts';
import { defineFunctionRole, FunctionAssets, noEventSources, provisionWith } from './lambda-fixture.ts';

const waitLimitMs = 10_000;
const idleMs = 1500;
const harness = createTestKernel();
const apis = new Map<string, Api>();
const accessLog: string[] = [];
const functionLog: string[] = [];
const clients: ClientSocket[] = [];
let lambda: Lambda;
let webSockets: WebSocketApi;
let listener: HttpListener;
let endpoint: string;
let apiId: string;
let bareApiId: string;

/** Refuses by query, writes every event into its log, and answers a `whoami` message with the event. */
const handlerSource = `export const handler = async (event) => {
  console.log('EVENT ' + JSON.stringify(event));
  const { eventType, routeKey } = event.requestContext;
  const { say, protocol } = event.queryStringParameters ?? {};
  if (say === 'throw') throw new Error('secret detail');
  if (say === 'nothing') return undefined;
  if (say) return { statusCode: Number(say), body: '{"why":"no ticket"}' };
  if (protocol) return { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': protocol } };
  if (eventType === 'MESSAGE' && event.body.includes('explode')) throw new Error('secret detail');
  return { statusCode: 200, body: routeKey === 'whoami' ? JSON.stringify(event) : 'not for you' };
};`;

beforeAll(async () => {
  const appendLog = (group: string, text: string): void => {
    if (group === 'access') accessLog.push(text);
    else functionLog.push(text);
  };
  defineFunctionRole(harness.local);
  lambda = createLambda(harness.kernel, {
    credentialsForRole: (arn, session) => harness.local.credentials.credentialsForRole(arn, session),
    endpoint: () => endpoint,
    eventSources: noEventSources,
    appendLog,
  });
  const quiet = { ...harness.kernel, log: () => {} };
  webSockets = createWebSocketApi(quiet, apis, { invokeFor: lambda.invokeFor, appendLog }, { ...awsLimits, idleMs });
  const handler = createDispatcher({
    door: createFrontDoor(harness.kernel, harness.local.credentials, [webSockets.service]),
    hasBucket: () => false,
    web: async (_message, response) => void response.end('web'),
    ownPages: {},
    faults: undefined,
  });
  listener = await listen(handler, '127.0.0.1', 0, webSockets.upgrade);
  endpoint = `http://127.0.0.1:${listener.port}`;
  await provisionApis();
}, 30_000);

afterEach(() => {
  for (const client of clients.splice(0)) client.terminate();
});

afterAll(async () => {
  await webSockets.service.close?.();
  await lambda.service.close?.();
  await listener.close(500);
  harness.cleanup();
});

/** As `WebSocketApi` and `WebSocketStage` of aws-cdk-lib synthesize them. */
async function provisionApis(): Promise<void> {
  const make = (type: string, logicalId: string, properties: Record<string, unknown>): Promise<string> =>
    provisionWith([...lambda.providers, ...apiProviders(apis)], type, logicalId, properties);
  const assets = new FunctionAssets(join(harness.kernel.dataDirectory, 'cdk.out'));
  const resource = assets.resource('channel', { 'index.mjs': handlerSource }, { Timeout: 5 });
  await lambda.providers.find(({ type }) => type === resource.type)?.provision(resource);
  const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:channel';
  const newApi = (name: string): Promise<string> =>
    make('AWS::ApiGatewayV2::Api', name, {
      Name: name,
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
    });
  apiId = await newApi('Channel');
  bareApiId = await newApi('Bare');
  for (const id of [apiId, bareApiId]) {
    await make('AWS::ApiGatewayV2::Stage', `${id}Live`, {
      ApiId: id,
      StageName: 'live',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingBurstLimit: 10, ThrottlingRateLimit: 5 },
      AccessLogSettings: {
        DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:access',
        Format: '$context.eventType $context.routeKey $context.status $context.connectionId $context.nothing',
      },
    });
  }
  const routes = ['$connect', '$disconnect', '$default', 'whoami', 'unpermitted'];
  for (const routeKey of routes) {
    if (routeKey !== 'unpermitted') {
      await make('AWS::Lambda::Permission', `${routeKey}Permission`, {
        Action: 'lambda:InvokeFunction',
        FunctionName: functionArn,
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/*${routeKey}`,
      });
    }
    const integration = await make('AWS::ApiGatewayV2::Integration', `${routeKey}Integration`, {
      ApiId: apiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    });
    const response = routeKey === 'whoami' ? { RouteResponseSelectionExpression: '$default' } : {};
    const RouteId = await make('AWS::ApiGatewayV2::Route', `${routeKey}Route`, {
      ApiId: apiId,
      AuthorizationType: 'NONE',
      RouteKey: routeKey,
      Target: `integrations/${integration}`,
      ...response,
    });
    if (routeKey === 'whoami') {
      const properties = { ApiId: apiId, RouteId, RouteResponseKey: '$default' };
      await make('AWS::ApiGatewayV2::RouteResponse', 'whoamiResponse', properties);
    }
  }
}

function channelUrl(query = '', id = apiId, stage = 'live'): string {
  return `${endpoint.replace('http', 'ws')}/_execute-api/${id}/${stage}${query}`;
}

interface Client {
  socket: ClientSocket;
  /** The next message that was not taken yet. */
  next(): Promise<string>;
  closed: Promise<{ code: number; reason: string }>;
}

/** Opens a connection. Errors: `Unexpected server response: STATUS` when it is refused. */
async function connect(url = channelUrl(), ...protocols: string[]): Promise<Client> {
  const socket = new ClientSocket(url, protocols, { headers: { 'User-Agent': 'a test' } });
  clients.push(socket);
  const messages: string[] = [];
  socket.on('message', (data) => messages.push(String(data)));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await new Promise<void>((resolve, reject) => socket.once('open', () => resolve()).once('error', reject));
  return { socket, next: () => until(() => messages.shift()), closed };
}

async function until<T>(ask: () => T | undefined): Promise<T> {
  const deadline = Date.now() + waitLimitMs;
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

interface ChannelEvent {
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
  queryStringParameters?: Record<string, string>;
  multiValueQueryStringParameters?: Record<string, string[]>;
  requestContext: Record<string, unknown> & { connectionId: string; identity: unknown };
  body?: string;
  isBase64Encoded: boolean;
}

function eventsOf(match: (event: ChannelEvent) => boolean): Promise<ChannelEvent> {
  return until(() =>
    functionLog
      .flatMap((text) => [...text.matchAll(/EVENT (\{.*\})$/gm)])
      .map(([, json = '{}']) => JSON.parse(json) as ChannelEvent)
      .find(match),
  );
}

/** Connects and asks for the connection's own id. */
async function connectKnown(): Promise<Client & { connectionId: string; event: ChannelEvent }> {
  const client = await connect();
  client.socket.send('{"action":"whoami"}');
  const event = JSON.parse(await client.next()) as ChannelEvent;
  return { ...client, connectionId: event.requestContext.connectionId, event };
}

function management(credentials: { accessKeyId: string; secretAccessKey: string } = harness.local.credentials.root) {
  const client = `${endpoint}/_execute-api/${apiId}/live`;
  return new ApiGatewayManagementApiClient({ endpoint: client, region: 'us-east-1', credentials, maxAttempts: 1 });
}

function roleCredentials(roleName: string, method: string) {
  const { roles } = harness.local.authorizer;
  const arn = `arn:aws:iam::000000000000:role/${roleName}`;
  roles.define(roleName, arn, { Statement: [] });
  const Resource = `arn:aws:execute-api:us-east-1:000000000000:${apiId}/live/${method}/@connections/*`;
  const statement = { Effect: 'Allow', Action: 'execute-api:ManageConnections', Resource };
  roles.attach(roleName, 'permissions', { Statement: [statement] });
  return harness.local.credentials.credentialsForRole(arn, 'session');
}

describe('opening a connection', () => {
  test('tells $connect who comes, with headers and query', async () => {
    await connect(channelUrl('?ticket=a%20b&many=1&many=2'));
    const event = await eventsOf(({ queryStringParameters }) => queryStringParameters?.ticket === 'a b');
    expect(event).toMatchObject({
      headers: { 'User-Agent': 'a test', 'Sec-WebSocket-Version': '13', 'X-Forwarded-For': '127.0.0.1' },
      multiValueHeaders: { 'User-Agent': ['a test'] },
      queryStringParameters: { many: '2' },
      multiValueQueryStringParameters: { many: ['1', '2'] },
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        messageDirection: 'IN',
        stage: 'live',
        apiId,
        domainName: `${apiId}.execute-api.us-east-1.amazonaws.com`,
        connectionId: expect.stringMatching(/^[\w-]{15}=$/),
        connectedAt: expect.any(Number),
        requestTimeEpoch: expect.any(Number),
        requestTime: expect.stringMatching(/^\d{2}\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        identity: { sourceIp: '127.0.0.1', userAgent: 'a test' },
      },
      isBase64Encoded: false,
    });
    expect(event).not.toHaveProperty('body');
    expect(event.headers).not.toHaveProperty('Upgrade');
  });

  test.each([
    ['403', 403],
    ['404', 404],
    ['500', 500],
    ['throw', 502],
    ['nothing', 502],
  ])('is refused when $connect says %s, with status %i and no connection', async (say, status) => {
    await expect(connect(channelUrl(`?say=${say}`))).rejects.toThrow(`Unexpected server response: ${status}`);
  });

  test('is refused where there is no such API or stage', async () => {
    await expect(connect(channelUrl('', apiId, 'other'))).rejects.toThrow('403');
    await expect(connect(channelUrl('', 'dnosuchapi'))).rejects.toThrow('403');
  });

  test('needs no $connect route', async () => {
    const { socket } = await connect(channelUrl('', bareApiId));
    expect(socket.readyState).toBe(ClientSocket.OPEN);
  });

  test('agrees on the subprotocol that $connect names, and on none otherwise', async () => {
    expect((await connect(channelUrl('?protocol=two'), 'one', 'two')).socket.protocol).toBe('two');
    await expect(connect(channelUrl(), 'one')).rejects.toThrow('no subprotocol');
  });

  test('works with the WebSocket of browsers', async () => {
    const socket = new WebSocket(channelUrl());
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    socket.close();
  });

  test('is only for the protocol websocket: another upgrade is an ordinary request', async () => {
    const body = await new Promise<string>((resolve, reject) => {
      const asked = request(`${endpoint}/`, { headers: { connection: 'Upgrade', upgrade: 'h2c' } }, (response) => {
        response.on('data', (data) => resolve(String(data)));
      });
      asked.on('error', reject).end();
    });
    expect(body).toBe('web');
  });
});

describe('a message', () => {
  test('reaches the route its body names, whose answer goes back when it has a route response', async () => {
    const { event } = await connectKnown();
    expect(event).toMatchObject({
      body: '{"action":"whoami"}',
      requestContext: { routeKey: 'whoami', eventType: 'MESSAGE', messageId: expect.any(String), apiId, stage: 'live' },
    });
    expect(event).not.toHaveProperty('headers');
    expect(event).not.toHaveProperty('queryStringParameters');
  });

  test.each(['no json', '{"action":"unheard of"}', '{"action":"$connect"}'])('%s goes to $default', async (body) => {
    const { socket } = await connect();
    socket.send(body);
    const event = await eventsOf((one) => one.body === body);
    expect(event.requestContext.routeKey).toBe('$default');
  });

  test('without a route for it is answered Forbidden', async () => {
    const client = await connect(channelUrl('', bareApiId));
    client.socket.send('ping');
    const answer = JSON.parse(await client.next());
    expect(answer).toEqual({ message: 'Forbidden', connectionId: expect.any(String), requestId: expect.any(String) });
  });

  test.each(['explode', '{"action":"unpermitted"}'])(
    'whose function fails or may not be called (%s) is answered with an error',
    async (body) => {
      const client = await connect();
      client.socket.send(body);
      expect(JSON.parse(await client.next())).toMatchObject({ message: 'Internal server error' });
      expect(client.socket.readyState).toBe(ClientSocket.OPEN);
    },
  );

  test('of bytes closes the connection', async () => {
    const { socket, closed } = await connect();
    socket.send(Buffer.from([1, 2, 3]));
    expect(await closed).toMatchObject({ code: 1003 });
  });

  test('may be 128 KB in frames of 32 KB', async () => {
    const { socket } = await connect();
    const part = 'x'.repeat(32 * 1024);
    for (const fin of [false, false, false, true]) socket.send(part, { fin });
    const event = await eventsOf((one) => one.body?.length === 128 * 1024);
    expect(event.requestContext.routeKey).toBe('$default');
  });

  test('in a frame above 32 KB closes the connection', async () => {
    const { socket, closed } = await connect();
    socket.send('x'.repeat(32 * 1024 + 1));
    expect(await closed).toMatchObject({ code: 1009 });
  });

  test('above 128 KB closes the connection', async () => {
    const { socket, closed } = await connect();
    const part = 'x'.repeat(32 * 1024);
    for (const fin of [false, false, false, false, true]) socket.send(part, { fin });
    expect(await closed).toMatchObject({ code: 1009 });
  });
});

describe('the end of a connection', () => {
  test('is told to $disconnect with the code and reason of the client', async () => {
    const { socket, connectionId } = await connectKnown();
    socket.close(4001, 'enough');
    const event = await eventsOf(
      ({ requestContext }) => requestContext.connectionId === connectionId && requestContext.eventType === 'DISCONNECT',
    );
    expect(event.requestContext).toMatchObject({
      routeKey: '$disconnect',
      disconnectStatusCode: 4001,
      disconnectReason: 'enough',
      apiId,
    });
  });

  test('is told also when the client vanished', async () => {
    const { socket, connectionId } = await connectKnown();
    socket.terminate();
    const event = await eventsOf(
      ({ requestContext }) => requestContext.connectionId === connectionId && requestContext.eventType === 'DISCONNECT',
    );
    expect(event.requestContext.disconnectStatusCode).toBe(1006);
  });

  test('comes when nothing was said either way for the idle time', async () => {
    const { closed } = await connect();
    expect(await closed).toEqual({ code: 1001, reason: 'Going away' });
  });
});

describe('the management API', () => {
  test('writes to a connection and describes it', async () => {
    const { next, connectionId } = await connectKnown();
    const Data = Buffer.from('{"kind":"watched","text":"größer"}');
    await management().send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }));
    expect(await next()).toBe('{"kind":"watched","text":"größer"}');
    const described = await management().send(new GetConnectionCommand({ ConnectionId: connectionId }));
    expect(described.Identity).toEqual({ SourceIp: '127.0.0.1', UserAgent: 'a test' });
    expect(Number(described.LastActiveAt)).toBeGreaterThanOrEqual(Number(described.ConnectedAt));
  });

  test('ends a connection, which is gone then', async () => {
    const { closed, connectionId } = await connectKnown();
    await management().send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
    await expect(
      management().send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: 'late' })),
    ).rejects.toMatchObject({ name: 'GoneException', $metadata: { httpStatusCode: 410 } });
    expect(await closed).toMatchObject({ code: 1000 });
  });

  test('knows nothing of a connection that never was', async () => {
    await expect(management().send(new GetConnectionCommand({ ConnectionId: 'nobody=' }))).rejects.toMatchObject({
      name: 'GoneException',
    });
  });

  test('takes 128 KB and no more', async () => {
    const { next, connectionId } = await connectKnown();
    const largest = 'x'.repeat(128 * 1024);
    await management().send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: largest }));
    expect(await next()).toBe(largest);
    await expect(
      management().send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: `${largest}x` })),
    ).rejects.toMatchObject({ name: 'PayloadTooLargeException', $metadata: { httpStatusCode: 413 } });
  });

  test('lets a role do what its policy allows, by method', async () => {
    const { next, connectionId } = await connectKnown();
    const client = management(roleCredentials('poster', 'POST'));
    await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: 'hello' }));
    expect(await next()).toBe('hello');
    await expect(client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('refuses a wrong signature', async () => {
    const wrong = { ...harness.local.credentials.root, secretAccessKey: 'wrong' };
    await expect(management(wrong).send(new GetConnectionCommand({ ConnectionId: 'anybody=' }))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      $metadata: { httpStatusCode: 403 },
    });
  });
});

test('the access log has a line for every event', async () => {
  const { socket, connectionId } = await connectKnown();
  socket.close();
  await until(() => accessLog.find((line) => line === `DISCONNECT $disconnect 200 ${connectionId} -\n`));
  expect(accessLog).toContain(`CONNECT $connect 200 ${connectionId} -\n`);
  expect(accessLog).toContain(`MESSAGE whoami 200 ${connectionId} -\n`);
});
