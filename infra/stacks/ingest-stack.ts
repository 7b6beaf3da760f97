import { busEventSource } from '@afterimage/contracts';
import { ArnFormat, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Deployment } from '../config/deployment.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { ErasureWorker } from '../constructs/erasure-worker.ts';
import { raiseAlarm } from '../constructs/operator-alarm.ts';
import { ProductFunction } from '../constructs/product-function.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import type { ChannelStack } from './channel-stack.ts';
import type { DataStack } from './data-stack.ts';
import { allow, onIndex, onObjects, onTable, readsEncrypted, writesEncrypted } from './grants.ts';

export interface IngestStackProps extends StackProps {
  deployment: Deployment;
  data: DataStack;
  channel: ChannelStack;
}

/**
 * From an uploaded chunk to a sealed recording, and to its end: ingest, event index, finalise, erasure, sweeper, and the
 * bus they report on.
 */
export class IngestStack extends Stack {
  readonly bus: EventBus;
  readonly finaliseQueue: WorkQueue;
  readonly erasureQueue: WorkQueue;
  readonly eventLog: LogGroup;
  readonly #props: IngestStackProps;

  constructor(scope: Construct, id: string, props: IngestStackProps) {
    super(scope, id, props);
    this.#props = props;
    this.bus = new EventBus(this, 'Bus', {
      description: 'What happened to recordings; contracts/events has the schemas',
    });
    this.finaliseQueue = new WorkQueue(this, 'Finalise', {
      visibilityTimeout: Duration.minutes(90),
      maxReceives: 5,
      // Beyond one failed try, which comes back when the visibility timeout ends.
      oldestMessageAlarm: Duration.hours(3),
      alarmTopic: props.data.alarmTopic,
    });
    this.erasureQueue = new ErasureWorker(this, 'Erasure', { ...this.#common, data: props.data, bus: this.bus }).queue;
    this.eventLog = this.#logEvents();
    this.#createIngest();
    this.#createEventIndexer();
    this.#createFinalise();
    this.#createSweeper();
    this.#tellViewers();
  }

  get #common() {
    const { deployment, data } = this.#props;
    return { logRetentionDays: deployment.logRetentionDays, alarmTopic: data.alarmTopic } as const;
  }

  /** Every event of the product in one log group: what an operator greps, and what alarms are made from. */
  #logEvents(): LogGroup {
    const { deployment } = this.#props;
    const logGroup = new LogGroup(this, 'EventLog', {
      // EventBridge delivers to log groups of this prefix only.
      logGroupName: `/aws/events/${deployment.name}`,
      retention: deployment.logRetentionDays,
    });
    logGroup.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com'), new ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    new Rule(this, 'LogEvents', {
      eventBus: this.bus,
      description: 'Keeps every event of the product in a log group',
      eventPattern: { source: [busEventSource] },
      targets: [
        {
          bind: () => ({
            arn: this.formatArn({
              service: 'logs',
              resource: 'log-group',
              resourceName: logGroup.logGroupName,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          }),
        },
      ],
    });
    return logGroup;
  }

  #createIngest(): void {
    const { tables, buckets, objects, keys, ingestQueue } = this.#props.data;
    const { poster } = this.#props.channel;
    const ingest = new ProductFunction(this, 'IngestFunction', {
      ...this.#common,
      name: 'ingest',
      description: 'Verifies uploaded segments and links them into their chains',
      environment: {
        ...poster.environment,
        RECORDINGS_TABLE: tables.recordings.tableName,
        EVENT_BUS: this.bus.eventBusName,
        LANDING_BUCKET: buckets.landing.bucketName,
        FINALISE_QUEUE_URL: this.finaliseQueue.queue.queueUrl,
      },
      grants: [
        onTable(tables.recordings, 'PutItem', 'Query'),
        onTable(tables.connections, 'Query'),
        poster.grant,
        onObjects(objects.landing, 'chunks/*', 'GetObject'),
        onObjects(objects.landing, 'quarantine/*', 'PutObject'),
        readsEncrypted(keys.content),
        writesEncrypted(keys.content),
        allow(this.finaliseQueue.queue.queueArn, 'sqs:SendMessage'),
        allow(this.bus.eventBusArn, 'events:PutEvents'),
      ],
      timeout: Duration.minutes(1),
    });
    ingest.function.addEventSource(
      new SqsEventSource(ingestQueue.queue, {
        batchSize: 10,
        reportBatchItemFailures: true,
        maxConcurrency: 50,
      }),
    );
  }

  #createEventIndexer(): void {
    const { tables, buckets, objects, keys } = this.#props.data;
    const indexer = new ProductFunction(this, 'EventIndexer', {
      ...this.#common,
      name: 'event-indexer',
      description: 'Opens the segments that hold events and lists the events with their times',
      environment: {
        RECORDINGS_TABLE: tables.recordings.tableName,
        KEYS_TABLE: tables.keys.tableName,
        LANDING_BUCKET: buckets.landing.bucketName,
        WRAPPING_KEY: keys.wrapping.keyArn,
      },
      grants: [
        onTable(tables.recordings, 'BatchWriteItem', 'Query', 'UpdateItem'),
        onTable(tables.keys, 'GetItem'),
        onObjects(objects.landing, 'chunks/*', 'GetObject'),
        readsEncrypted(keys.content),
        allow(keys.wrapping.keyArn, 'kms:Decrypt'),
      ],
      timeout: Duration.minutes(1),
    });
    const deadLetters = new Queue(this, 'EventIndexerDeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    raiseAlarm(this, 'EventIndexerDeadLetterAlarm', {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 1,
      description: 'Events of some segments were not listed; the recording itself is not touched.',
      topic: this.#props.data.alarmTopic,
    });
    acknowledge(deadLetters, {
      'AwsSolutions-SQS3': 'It is itself where a stream batch goes that could not be processed.',
    });
    indexer.function.addEventSource(
      new DynamoEventSource(tables.recordings, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        maxBatchingWindow: Duration.seconds(1),
        reportBatchItemFailures: true,
        retryAttempts: 10,
        bisectBatchOnError: true,
        onFailure: new SqsDlq(deadLetters),
        filters: [
          FilterCriteria.filter({
            eventName: FilterRule.isEqual('INSERT'),
            dynamodb: { NewImage: { sk: { S: [{ prefix: 'SEG#' }] }, hasEvents: { BOOL: [true] } } },
          }),
        ],
      }),
    );
  }

  #createFinalise(): void {
    const { tables, buckets, objects, keys } = this.#props.data;
    const finalise = new ProductFunction(this, 'FinaliseFunction', {
      ...this.#common,
      name: 'finalise',
      description: 'Writes the recording file and its signed manifest',
      environment: {
        RECORDINGS_TABLE: tables.recordings.tableName,
        EVENT_BUS: this.bus.eventBusName,
        LANDING_BUCKET: buckets.landing.bucketName,
        RECORDINGS_BUCKET: buckets.recordings.bucketName,
        MANIFEST_KEY: keys.manifest.keyArn,
      },
      grants: [
        onTable(tables.recordings, 'PutItem', 'Query'),
        onObjects(objects.landing, 'chunks/*', 'GetObject'),
        onObjects(objects.recordings, '*', 'GetObject', 'PutObject', 'AbortMultipartUpload'),
        readsEncrypted(keys.content),
        writesEncrypted(keys.content),
        allow(keys.manifest.keyArn, 'kms:Sign'),
        allow(this.bus.eventBusArn, 'events:PutEvents'),
      ],
      timeout: Duration.minutes(15),
      memorySizeMb: 512,
    });
    finalise.function.addEventSource(
      new SqsEventSource(this.finaliseQueue.queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 20 }),
    );
  }

  #createSweeper(): void {
    const { deployment, data } = this.#props;
    const sweeper = new ProductFunction(this, 'Sweeper', {
      ...this.#common,
      name: 'sweeper',
      description: 'Each minute: marks silent recordings as interrupted, and ends the wait for late segments',
      environment: {
        RECORDINGS_TABLE: data.tables.recordings.tableName,
        EVENT_BUS: this.bus.eventBusName,
        FINALISE_QUEUE_URL: this.finaliseQueue.queue.queueUrl,
        ERASURE_QUEUE_URL: this.erasureQueue.queue.queueUrl,
        SILENCE_SECONDS: String(deployment.silenceSeconds),
        MESSAGE_LIFE_SECONDS: String(deployment.messageLifeSeconds),
      },
      grants: [
        onTable(data.tables.recordings, 'BatchGetItem', 'PutItem', 'Query'),
        onIndex(data.tables.recordings, 'byActivity'),
        allow(this.finaliseQueue.queue.queueArn, 'sqs:SendMessage'),
        allow(this.erasureQueue.queue.queueArn, 'sqs:SendMessage'),
        allow(this.bus.eventBusArn, 'events:PutEvents'),
      ],
      timeout: Duration.seconds(55),
    });
    new Rule(this, 'EachMinute', {
      description: 'Runs the sweeper',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaTarget(sweeper.function, { retryAttempts: 0 })],
    });
  }

  /** Those who watch a recording hear at once what became of it. Best effort: the player asks by itself too. */
  #tellViewers(): void {
    new Rule(this, 'TellViewers', {
      eventBus: this.bus,
      description: 'Tells viewers over the channel that the life of a recording went on',
      eventPattern: {
        source: [busEventSource],
        detailType: [
          'RecordingInterrupted',
          'RecordingResumed',
          'RecordingFinished',
          'RecordingFailed',
          'RecordingErased',
        ],
      },
      targets: [new LambdaTarget(this.#props.channel.channel.function, { retryAttempts: 2 })],
    });
  }
}
