import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Deployment } from '../config/deployment.ts';
import { raiseAlarm } from '../constructs/operator-alarm.ts';
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

  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id, props);
    this.#props = props;
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

  #alarmOn(id: string, metric: Metric, threshold: number, happened: string): void {
    const description = `${happened} See docs/runbooks/alarms.md.`;
    raiseAlarm(this, `${id}Alarm`, { metric, threshold, description, topic: this.#props.data.alarmTopic });
  }

  #createDashboard(): void {
    const { data, ingest, web } = this.#props;
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: this.#props.deployment.name });
    const queues = [data.ingestQueue, ingest.finaliseQueue, ingest.erasureQueue];
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
