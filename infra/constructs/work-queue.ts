import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { raiseAlarm } from './operator-alarm.ts';

export interface WorkQueueProps {
  /** At least six times the consumer's timeout, as Lambda asks. */
  visibilityTimeout: Duration;
  maxReceives: number;
  /** Age of the oldest message at which the operator is told. */
  oldestMessageAlarm: Duration;
  alarmTopic: ITopic;
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
    raiseAlarm(this, 'DeadLetterAlarm', {
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 1,
      description:
        'A message could not be processed. Look with `afterimage queue status`, mend, then `afterimage queue redrive`.',
      topic: props.alarmTopic,
    });
    raiseAlarm(this, 'AgeAlarm', {
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1) }),
      threshold: props.oldestMessageAlarm.toSeconds(),
      description: 'Work waits too long: live view lags behind and recordings are late.',
      topic: props.alarmTopic,
    });
  }
}
