import { notImplemented } from './kernel/types.ts';
import type { Composition, Platform } from './localcloud.ts';
import { createDynamoDb } from './services/dynamodb/index.ts';
import { compilePattern } from './services/events/event-pattern.ts';
import { createHttpApi } from './services/http-api/index.ts';
import { createIam } from './services/iam/index.ts';
import { createKms } from './services/kms/index.ts';
import { createLambda } from './services/lambda/index.ts';
import { createLogs } from './services/logs/index.ts';
import { createNotPlayed } from './services/not-played/index.ts';
import { createS3 } from './services/s3/index.ts';
import { createSqs } from './services/sqs/index.ts';
import { sendWebResponse, webRequestOf } from './services/web/web-exchange.ts';

/** Builds all services and lets them deliver to each other as AWS does. */
export function composeServices(platform: Platform): Composition {
  const { kernel } = platform;
  const endpoint = () => platform.endpoint;
  const logs = createLogs(kernel);
  const kms = createKms(kernel);
  const sqs = createSqs(kernel, endpoint);
  const dynamodb = createDynamoDb(kernel);
  const { sendToQueue, consumer } = sqs;
  const matchesPattern = (pattern: unknown, event: unknown) => compilePattern(pattern)(event);
  const lambda = createLambda(kernel, {
    credentialsForRole: platform.credentialsForRole,
    endpoint,
    appendLog: logs.appendLog,
    eventSources: { consumer, streams: dynamodb.streams, sendToQueue, matchesPattern },
  });
  const s3 = createS3(kernel, { sendToQueue, putEvent: () => Promise.reject(notImplemented('events from S3')) });
  const httpApi = createHttpApi(kernel, { invokeFor: lambda.invokeFor, sendToQueue, appendLog: logs.appendLog });
  const services = [s3, sqs, dynamodb, kms, lambda];
  const others = [logs, httpApi, createIam(kernel, platform.roles), createNotPlayed(kernel)];
  return {
    services: services.map(({ service }) => service),
    providers: [...services, ...others].flatMap(({ providers }) => providers),
    hasBucket: (name) => s3.hasBucket(name),
    web: async (message, response) => {
      const request = webRequestOf(message);
      await sendWebResponse(message, response, await httpApi.handle(httpApi.apiIds()[0] ?? '', request));
    },
    start: () => lambda.start(),
    close: () => logs.close(),
  };
}
