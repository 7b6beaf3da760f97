import { AwsError } from './kernel/types.ts';
import type { Composition, Platform } from './localcloud.ts';
import { createCognito } from './services/cognito/index.ts';
import { createDynamoDb, type DynamoDb } from './services/dynamodb/index.ts';
import { compilePattern, createEvents } from './services/events/index.ts';
import { createHttpApi } from './services/http-api/index.ts';
import { createIam } from './services/iam/index.ts';
import { createKms } from './services/kms/index.ts';
import { createLambda, type Lambda } from './services/lambda/index.ts';
import { createLogs, type Logs } from './services/logs/index.ts';
import { createNotPlayed } from './services/not-played/index.ts';
import { createS3 } from './services/s3/index.ts';
import { createSqs, type Sqs } from './services/sqs/index.ts';
import { createWebHandler, onlyApi } from './web-routes.ts';

/** Builds all services and lets them deliver to each other as AWS does. */
export function composeServices(platform: Platform): Composition {
  const { kernel, endpoint, demoUsers, roles } = platform;
  const logs = createLogs(kernel);
  const kms = createKms(kernel);
  const sqs = createSqs(kernel, () => endpoint);
  const dynamodb = createDynamoDb(kernel);
  const lambda = createFunctions(platform, { logs, sqs, dynamodb });
  const { sendToQueue } = sqs;
  const events = createEvents(kernel, {
    sendToQueue,
    deliverLog: logs.deliverLog,
    invokeAsynchronously: (...event) => invokeForRule(lambda, ...event),
  });
  const s3 = createS3(kernel, { sendToQueue, putEvent: events.putEvent });
  const httpApi = createHttpApi(kernel, { invokeFor: lambda.invokeFor, sendToQueue, appendLog: logs.appendLog });
  const cognito = createCognito(kernel, { endpoint, demoUsers, showDemoUsers: demoUsers.length > 0 });
  const services = [s3, sqs, dynamodb, kms, events, lambda];
  const others = [logs, httpApi, cognito, createIam(kernel, roles), createNotPlayed(kernel)];
  const site = onlyApi(httpApi.apiIds, httpApi.handle);
  return {
    services: services.map(({ service }) => service),
    providers: [...services, ...others].flatMap(({ providers }) => providers),
    hasBucket: (name) => s3.hasBucket(name),
    web: createWebHandler({ issuer: cognito.handle, api: httpApi.handle, site }),
    start() {
      lambda.start();
      events.start();
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

async function invokeForRule(lambda: Lambda, functionArn: string, payload: unknown, sourceArn: string): Promise<void> {
  const source = { kind: 'service', service: 'events.amazonaws.com', sourceArn } as const;
  const outcome = await lambda.invokeFor(source, functionArn, payload);
  if (!outcome.ok) throw new AwsError(outcome.errorType, 500, outcome.errorMessage);
}
