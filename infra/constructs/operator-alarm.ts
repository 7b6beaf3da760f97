import { ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface OperatorAlarmProps {
  metric: Metric;
  /** Rings at this value and above. */
  threshold: number;
  /** What happened and what to do, in a sentence each; docs/runbooks/alarms.md says more. */
  description: string;
  topic: ITopic;
}

/** Every alarm of the product rings at once and goes to the operators' topic. Silence is no alarm. */
export function raiseAlarm(
  scope: Construct,
  id: string,
  { metric, threshold, description, topic }: OperatorAlarmProps,
): void {
  const alarm = metric.createAlarm(scope, id, {
    alarmDescription: description,
    threshold,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(new SnsAction(topic));
}
