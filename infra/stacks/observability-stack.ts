import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { ComparisonOperator, Dashboard, GraphWidget, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Deployment } from '../config/deployment.ts';
import type { DataStack } from './data-stack.ts';
import type { IngestStack } from './ingest-stack.ts';
import type { WebStack } from './web-stack.ts';

export interface ObservabilityStackProps extends StackProps {
  deployment: Deployment;
  data: DataStack;
  ingest: IngestStack;
  web: WebStack;
}

/** What an operator looks at, and what wakes them: a dashboard, and alarms on a topic. */
export class ObservabilityStack extends Stack {
  readonly #props: ObservabilityStackProps;
  readonly #topic: Topic;

  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id, props);
    this.#props = props;
    this.#topic = this.#createTopic();
    this.#alarmOnEvent('RecordingInterrupted', 'A recorded host fell silent in the middle of a session.');
    this.#alarmOnEvent('RecordingFailed', 'A recording failed: nothing of the session can be played.');
    this.#alarmOnEvent(
      'SegmentRejected',
      'A segment was refused: damaged on its way, or forged. It lies in quarantine.',
    );
    this.#alarmOn(
      'ApiErrors',
      props.web.api.metricServerError({ period: Duration.minutes(5) }),
      5,
      'The API answers with server errors.',
    );
    this.#createDashboard();
  }

  #createTopic(): Topic {
    const key = new Key(this, 'AlarmKey', { description: 'Encrypts alarms on their way', enableKeyRotation: true });
    key.grantEncryptDecrypt(new ServicePrincipal('cloudwatch.amazonaws.com'));
    const topic = new Topic(this, 'Alarms', { displayName: 'Afterimage alarms', masterKey: key, enforceSSL: true });
    const { alarmEmail } = this.#props.deployment;
    if (alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(alarmEmail));
    return topic;
  }

  /** From the log group that holds every event of the product. */
  #alarmOnEvent(detailType: string, description: string): void {
    const filter = new MetricFilter(this, `${detailType}Count`, {
      logGroup: this.#props.ingest.eventLog,
      filterPattern: FilterPattern.stringValue('$.detail-type', '=', detailType),
      metricNamespace: this.#props.deployment.name,
      metricName: detailType,
      metricValue: '1',
    });
    this.#alarmOn(detailType, filter.metric({ statistic: 'Sum', period: Duration.minutes(1) }), 1, description);
  }

  #alarmOn(id: string, metric: Metric, threshold: number, description: string): void {
    const alarm = metric.createAlarm(this, `${id}Alarm`, {
      alarmDescription: `${description} See docs/runbooks/alarms.md.`,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
  }

  #createDashboard(): void {
    const { data, ingest, web } = this.#props;
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: this.#props.deployment.name });
    const queues = [data.ingestQueue, ingest.finaliseQueue];
    dashboard.addWidgets(
      new GraphWidget({
        title: 'Oldest waiting message (s)',
        left: queues.map(({ queue }) => queue.metricApproximateAgeOfOldestMessage()),
      }),
      new GraphWidget({
        title: 'Dead letters',
        left: queues.map(({ deadLetters }) => deadLetters.metricApproximateNumberOfMessagesVisible()),
      }),
      new GraphWidget({
        title: 'API requests and errors',
        left: [web.api.metricCount()],
        right: [web.api.metricClientError(), web.api.metricServerError()],
      }),
    );
  }
}
