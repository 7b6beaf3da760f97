import { Duration } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { recoveryDays } from '../config/recovery-days.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import { allow, onObjects, onTable } from '../stacks/grants.ts';
import { ProductFunction } from './product-function.ts';
import { WorkQueue } from './work-queue.ts';

export interface ErasureWorkerProps {
  data: DataStack;
  bus: EventBus;
  logRetentionDays: RetentionDays;
  alarmTopic: ITopic;
}

/** The only place that may destroy keys and withdraw bytes, and the queue by which it is asked to. */
export class ErasureWorker extends Construct {
  readonly queue: WorkQueue;

  constructor(scope: Construct, id: string, { data, bus, ...common }: ErasureWorkerProps) {
    super(scope, id);
    const { tables, buckets, objects, keys } = data;
    this.queue = new WorkQueue(this, 'Work', {
      visibilityTimeout: Duration.minutes(30),
      maxReceives: 5,
      oldestMessageAlarm: Duration.hours(1),
      alarmTopic: common.alarmTopic,
    });
    const worker = new ProductFunction(this, 'Worker', {
      ...common,
      name: 'erasure',
      description: 'Destroys the key of an erased recording, what was derived from it and its bytes, and attests it',
      environment: {
        RECORDINGS_TABLE: tables.recordings.tableName,
        KEYS_TABLE: tables.keys.tableName,
        EVENT_BUS: bus.eventBusName,
        LANDING_BUCKET: buckets.landing.bucketName,
        RECORDINGS_BUCKET: buckets.recordings.bucketName,
        MANIFEST_KEY: keys.manifest.keyArn,
        KEYS_RECOVERY_DAYS: String(recoveryDays.keys),
        RECORDINGS_RECOVERY_DAYS: String(recoveryDays.others),
      },
      grants: [
        onTable(tables.recordings, 'PutItem', 'Query', 'BatchWriteItem'),
        onTable(tables.keys, 'GetItem', 'DeleteItem'),
        allow(buckets.landing.bucketArn, 's3:ListBucketVersions'),
        allow(buckets.recordings.bucketArn, 's3:ListBucketVersions'),
        onObjects(objects.landing, 'chunks/*', 'DeleteObjectVersion'),
        onObjects(objects.landing, 'quarantine/*', 'DeleteObjectVersion'),
        onObjects(objects.recordings, '*', 'DeleteObjectVersion'),
        allow(keys.manifest.keyArn, 'kms:Sign'),
        allow(bus.eventBusArn, 'events:PutEvents'),
      ],
      timeout: Duration.minutes(5),
    });
    worker.function.addEventSource(
      new SqsEventSource(this.queue.queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 5 }),
    );
  }
}
