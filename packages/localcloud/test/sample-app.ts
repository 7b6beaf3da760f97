import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, aws_cloudfront as cloudfront, Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { OAuthScope, UserPool } from 'aws-cdk-lib/aws-cognito';
import { AttributeType, type ITableV2, StreamViewType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFn, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, EventType, type IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { ScheduleExpression, Schedule as SchedulerSchedule, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';

/** Answers API calls, and writes down the objects and events that it is told of; the runtime lends it the SDK. */
const handlerSource = `
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient({});
const TableName = process.env.TABLE_NAME;

async function store(pk, sk, count) {
  const Item = { pk: { S: pk }, sk: { S: sk }, count: { N: String(count) } };
  await dynamodb.send(new PutItemCommand({ TableName, Item }));
}

async function workSlowly(pk) {
  await store(pk, 'began', 0);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await store(pk, 'done', 0);
}

async function receive(body) {
  if (body.slow) return workSlowly('slow-message#' + body.slow);
  await Promise.all((body.Records ?? []).map(storeObject));
}

async function follow({ eventName, dynamodb: { Keys } }) {
  if (eventName === 'INSERT' && Keys.sk.S === 'slow') await workSlowly('slow-item#' + Keys.pk.S);
}

// Messages of the channel are answered by a way of their own: the management API of the stage.
async function echo({ body, requestContext }) {
  const client = new ApiGatewayManagementApiClient({ endpoint: process.env.CHANNEL_MANAGEMENT_URL });
  await client.send(new PostToConnectionCommand({ ConnectionId: requestContext.connectionId, Data: body }));
}

const storeObject = ({ s3: { object } }) => store('object#' + object.key, 'notified', object.size);

export async function handler(event) {
  if (event.Records?.[0]?.eventSource === 'aws:sqs') {
    for (const { body } of event.Records) await receive(JSON.parse(body));
    return { batchItemFailures: [] };
  }
  if (event.Records?.[0]?.eventSource === 'aws:dynamodb') {
    for (const record of event.Records) await follow(record);
    return {};
  }
  if (event.scheduled) await store('schedule#' + event.scheduled, 'called', 1);
  if (event.requestContext?.eventType === 'MESSAGE') await echo(event);
  if (event['detail-type'] === 'call') return store('event#' + event.id, 'called', event.detail.count);
  return { statusCode: 200, body: JSON.stringify({ path: event.rawPath, table: TableName }) };
}
`;

/** Of the handler, and so the least visibility timeout of its queues: what was in flight comes back this soon. */
const workLimit = Duration.seconds(8);

/** A small app of the shape localcloud is for: every kind of resource the product uses, in two stacks. */
export function synthesizeSampleApp(directory: string): string {
  const assembly = join(directory, 'cdk.out');
  const functionDirectory = join(directory, 'function');
  const siteDirectory = join(directory, 'site');
  mkdirSync(functionDirectory, { recursive: true });
  mkdirSync(siteDirectory, { recursive: true });
  writeFileSync(join(functionDirectory, 'index.mjs'), handlerSource);
  writeFileSync(join(siteDirectory, 'index.html'), '<!doctype html><title>sample</title>');
  const app = new App({ outdir: assembly, analyticsReporting: false });
  const data = new DataStack(app, 'Data');
  const service = new ServiceStack(app, 'Service', { data, functionDirectory, siteDirectory });
  service.addStackDependency(data);
  app.synth();
  return assembly;
}

class DataStack extends Stack {
  readonly bucket: Bucket;
  readonly queue: Queue;
  readonly table: TableV2;

  constructor(app: App, id: string) {
    super(app, id);
    const key = new Key(this, 'Key', { enableKeyRotation: true, removalPolicy: RemovalPolicy.DESTROY });
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      autoDeleteObjects: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const deadLetters = new Queue(this, 'DeadLetters', { enforceSSL: true });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(180),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 3 },
    });
    this.bucket.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(this.queue), { prefix: 'in/' });
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      globalSecondaryIndexes: [{ indexName: 'byB', partitionKey: { name: 'b', type: AttributeType.STRING } }],
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

class ServiceStack extends Stack {
  constructor(
    app: App,
    id: string,
    { data, functionDirectory, siteDirectory }: { data: DataStack; functionDirectory: string; siteDirectory: string },
  ) {
    super(app, id);
    const bus = new EventBus(this, 'Bus');
    const handler = new LambdaFn(this, 'Handler', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      timeout: workLimit,
      code: Code.fromAsset(functionDirectory),
      environment: { TABLE_NAME: data.table.tableName, BUS: bus.eventBusName, QUEUE_URL: data.queue.queueUrl },
      logGroup: new LogGroup(this, 'HandlerLogs', { retention: RetentionDays.ONE_MONTH }),
    });
    data.table.grantReadWriteData(handler);
    data.bucket.grantRead(handler);
    bus.grantPutEventsTo(handler);
    handler.addEventSource(new SqsEventSource(data.queue, { batchSize: 10, reportBatchItemFailures: true }));
    handler.addEventSource(
      new DynamoEventSource(data.table as ITableV2, { startingPosition: StartingPosition.TRIM_HORIZON, batchSize: 5 }),
    );
    const slow = new Queue(this, 'SlowQueue', { enforceSSL: true, visibilityTimeout: workLimit });
    handler.addEventSource(new SqsEventSource(slow, { batchSize: 1 }));
    new CfnOutput(this, 'SlowQueueName', { value: slow.queueName });
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(handler)],
    });
    new SchedulerSchedule(this, 'AtStart', {
      schedule: ScheduleExpression.rate(Duration.hours(1)),
      target: new LambdaInvoke(handler, { input: ScheduleTargetInput.fromObject({ scheduled: 'at start' }) }),
    });
    new Rule(this, 'OnRecording', {
      eventBus: bus,
      eventPattern: { source: ['sample'] },
      targets: [new SqsQueue(new Queue(this, 'RuleQueue'))],
    });
    new Rule(this, 'OnCall', {
      eventBus: bus,
      eventPattern: { detailType: ['call'] },
      targets: [new LambdaFunction(handler)],
    });
    new CfnOutput(this, 'BusName', { value: bus.eventBusName });
    const alarmTopic = new Topic(this, 'AlarmTopic');
    data.queue
      .metricApproximateAgeOfOldestMessage()
      .createAlarm(this, 'AgeAlarm', { threshold: 60, evaluationPeriods: 1 });
    const pool = new UserPool(this, 'Users', { removalPolicy: RemovalPolicy.DESTROY });
    pool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'sample-app' } });
    const client = pool.addClient('Web', {
      oAuth: {
        flows: { authorizationCodeGrant: true },
        callbackUrls: ['https://example.test/'],
        scopes: [OAuthScope.OPENID],
      },
    });
    const api = new HttpApi(this, 'Api');
    const integration = new HttpLambdaIntegration('Integration', handler);
    api.addRoutes({ path: '/api/{proxy+}', methods: [HttpMethod.GET], integration });
    const channel = new WebSocketApi(this, 'Channel', {
      connectRouteOptions: { integration: new WebSocketLambdaIntegration('Connect', handler) },
      defaultRouteOptions: { integration: new WebSocketLambdaIntegration('Message', handler) },
      disconnectRouteOptions: { integration: new WebSocketLambdaIntegration('Disconnect', handler) },
    });
    const live = new WebSocketStage(this, 'Live', { webSocketApi: channel, stageName: 'live', autoDeploy: true });
    live.grantManagementApiAccess(handler);
    handler.addEnvironment('CHANNEL_MANAGEMENT_URL', live.callbackUrl);
    new CfnOutput(this, 'ChannelUrl', { value: live.url });
    const site = new Bucket(this, 'Site', { enforceSSL: true, encryption: BucketEncryption.S3_MANAGED });
    const distribution = new cloudfront.Distribution(this, 'Cdn', {
      defaultRootObject: 'index.html',
      defaultBehavior: { origin: S3BucketOrigin.withOriginAccessControl(site as IBucket) },
      additionalBehaviors: {
        '/api/*': {
          origin: new HttpOrigin(Fn.select(2, Fn.split('/', api.apiEndpoint))),
          cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
          originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        },
      },
    });
    new BucketDeployment(this, 'Deploy', {
      destinationBucket: site as IBucket,
      sources: [Source.asset(siteDirectory)],
    });
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });
    const spare = new Queue(this, 'SpareQueue', { enforceSSL: true });
    new CfnOutput(this, 'SpareQueueName', { value: spare.queueName });
    new CfnOutput(this, 'BucketName', { value: data.bucket.bucketName });
    new CfnOutput(this, 'TableName', { value: data.table.tableName });
    new CfnOutput(this, 'SiteUrl', { value: `https://${distribution.distributionDomainName}` });
    new CfnOutput(this, 'ClientId', { value: client.userPoolClientId });
    new CfnOutput(this, 'AlarmTopicArn', { value: alarmTopic.topicArn });
  }
}
