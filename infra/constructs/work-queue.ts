import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface WorkQueueProps {
  /** At least six times the consumer's timeout, as Lambda asks. */
  visibilityTimeout: Duration;
  maxReceives: number;
  /** Age of the oldest message at which the operator is told. */
  oldestMessageAlarm: Duration;
}

/** A queue with its dead-letter queue and the alarms on both. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      redriveAllowPolicy: { redrivePermission: RedrivePermission.ALLOW_ALL },
    });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: props.visibilityTimeout,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceives },
    });
    const common = {
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    };
    this.deadLetters
      .metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) })
      .createAlarm(this, 'DeadLetterAlarm', {
        ...common,
        alarmDescription:
          'A message could not be processed. Look with `afterimage queue status`, mend, then `afterimage queue redrive`.',
        threshold: 1,
      });
    this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1) }).createAlarm(this, 'AgeAlarm', {
      ...common,
      alarmDescription: 'Work waits too long: live view lags behind and recordings are late.',
      threshold: props.oldestMessageAlarm.toSeconds(),
    });
  }
}
