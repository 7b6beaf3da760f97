import type { AwsService, ResourceProvider } from './kernel/types.ts';
import type { Composition, Platform } from './localcloud.ts';
import type { HttpHandler, UpgradeHandler } from './server/http-listener.ts';
import type { Api } from './services/api-gateway/api-model.ts';
import { apiProviders } from './services/api-gateway/api-providers.ts';
import { createCloudFront } from './services/cloudfront/index.ts';
import { createCognito } from './services/cognito/index.ts';
import { createCustomResources } from './services/custom-resources/index.ts';
import { createDynamoDb, type DynamoDb } from './services/dynamodb/index.ts';
import { compilePattern, createEvents, type Events } from './services/events/index.ts';
import { createHttpApi } from './services/http-api/index.ts';
import { createIam } from './services/iam/index.ts';
import { createKms } from './services/kms/index.ts';
import { createLambda, type Lambda } from './services/lambda/index.ts';
import { createLogs, type Logs } from './services/logs/index.ts';
import { createNotPlayed } from './services/not-played/index.ts';
import { createS3, type S3 } from './services/s3/index.ts';
import { createScheduler } from './services/scheduler/index.ts';
import { createSqs, type Sqs } from './services/sqs/index.ts';
import { createWebSocketApi } from './services/websocket-api/index.ts';
import { createWebHandler, onlyApi } from './web-routes.ts';

/** Builds all services and lets them deliver to each other as AWS does. */
export function composeServices(platform: Platform): Composition {
  const { kernel, endpoint, roles } = platform;
  const logs = createLogs(kernel);
  const kms = createKms(kernel);
  const sqs = createSqs(kernel, () => endpoint);
  const dynamodb = createDynamoDb(kernel);
  const lambda = createFunctions(platform, { logs, sqs, dynamodb });
  const events = createEventBuses(platform, { logs, sqs, lambda });
  const s3 = createS3(kernel, { sendToQueue: sqs.sendToQueue, putEvent: events.putEvent });
  const scheduler = createScheduler(kernel, {
    sendToQueue: sqs.sendToQueue,
    invokeAsynchronously: lambda.invokeAsynchronously,
    assertAssumable: (roleArn, groupArn) => platform.assertAssumable(roleArn, 'scheduler.amazonaws.com', groupArn),
  });
  const web = createWeb(platform, { logs, sqs, lambda, s3 });
  const services = [s3, sqs, dynamodb, kms, events, scheduler, lambda];
  const others = [...web.parts, logs, createIam(kernel, roles), createNotPlayed(kernel)];
  return {
    services: [...services.map(({ service }) => service), ...web.services],
    providers: [...services, ...others].flatMap(({ providers }) => providers),
    hasBucket: (name) => s3.hasBucket(name),
    web: web.handler,
    upgrade: web.upgrade,
    killFunctions: lambda.kill,
    start() {
      lambda.start();
      events.start();
      scheduler.start();
    },
    close: () => logs.close(),
  };
}

function createFunctions(
  { kernel, endpoint, credentialsForRole }: Platform,
  { logs, sqs, dynamodb }: { logs: Logs; sqs: Sqs; dynamodb: DynamoDb },
): Lambda {
  const { consumer, sendToQueue } = sqs;
  return createLambda(kernel, {
    credentialsForRole,
    endpoint: () => endpoint,
    appendLog: logs.appendLog,
    eventSources: {
      consumer,
      sendToQueue,
      streams: dynamodb.streams,
      matchesPattern: (pattern, event) => compilePattern(pattern)(event),
    },
  });
}

function createEventBuses(
  { kernel }: Platform,
  { logs, sqs, lambda }: { logs: Logs; sqs: Sqs; lambda: Lambda },
): Events {
  return createEvents(kernel, {
    sendToQueue: sqs.sendToQueue,
    deliverLog: logs.deliverLog,
    invokeAsynchronously(functionArn, payload, sourceArn) {
      const source = { kind: 'service', service: 'events.amazonaws.com', sourceArn } as const;
      return lambda.invokeAsynchronously(source, functionArn, payload);
    },
  });
}

interface Web {
  handler: HttpHandler;
  upgrade: UpgradeHandler;
  services: AwsService[];
  parts: { providers: ResourceProvider[] }[];
}

/** What browsers and agents reach without signing: sign-in, the APIs, the distribution and its bucket's content. */
function createWeb(
  { kernel, endpoint, demoUsers }: Platform,
  { logs, sqs, lambda, s3 }: { logs: Logs; sqs: Sqs; lambda: Lambda; s3: S3 },
): Web {
  const apis = new Map<string, Api>();
  const { invokeFor } = lambda;
  const { appendLog } = logs;
  const httpApi = createHttpApi(kernel, apis, { invokeFor, sendToQueue: sqs.sendToQueue, appendLog });
  const webSocketApi = createWebSocketApi(kernel, apis, { invokeFor, appendLog });
  const cognito = createCognito(kernel, { endpoint, demoUsers, showDemoUsers: demoUsers.length > 0 });
  const cloudFront = createCloudFront(kernel, { getObject: s3.getObject, handleApi: httpApi.handle });
  const customResources = createCustomResources(kernel, { endpoint, ...s3 });
  const withoutSite = onlyApi(httpApi.apiIds, httpApi.handle);
  const handler = createWebHandler({
    issuer: cognito.handle,
    api: httpApi.handle,
    site: (request) => cloudFront.handle(request) ?? withoutSite(request),
  });
  return {
    handler,
    upgrade: webSocketApi.upgrade,
    services: [webSocketApi.service],
    parts: [{ providers: apiProviders(apis) }, cognito, cloudFront, customResources],
  };
}
