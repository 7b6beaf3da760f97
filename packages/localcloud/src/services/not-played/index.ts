import { accountId, type Kernel, type ProvisionedResource, type ResourceProvider, region } from '../../kernel/types.ts';

interface NotPlayed {
  /** Why doing nothing cannot change what the product sees on one machine. */
  reason: string;
  attributes?: (name: string) => Record<string, unknown>;
  /** What `Ref` gives; the physical name where absent. */
  ref?: (name: string) => string;
}

const alarmReason = 'there is no CloudWatch here to evaluate it; the console and the log files tell how things stand';
const topicArn = (name: string) => `arn:aws:sns:${region}:${accountId}:${name}`;
const alarmArn = (name: string) => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;

/** Types that a template may hold and that do nothing here. */
const notPlayed: Readonly<Record<string, NotPlayed>> = {
  'AWS::CDK::Metadata': { reason: 'usage statistics of the CDK' },
  'AWS::CloudWatch::Alarm': { reason: alarmReason, attributes: (name) => ({ Arn: alarmArn(name) }) },
  'AWS::CloudWatch::CompositeAlarm': { reason: alarmReason, attributes: (name) => ({ Arn: alarmArn(name) }) },
  'AWS::CloudWatch::Dashboard': { reason: 'there is no CloudWatch console here' },
  'AWS::Logs::MetricFilter': { reason: 'metrics are not collected here' },
  'AWS::Logs::QueryDefinition': { reason: 'log files are searched with tools of their own' },
  'AWS::SNS::Topic': {
    reason: 'only alarms publish to it, and alarms are not evaluated',
    ref: topicArn,
    attributes: (name) => ({ TopicArn: topicArn(name), TopicName: name }),
  },
  'AWS::SNS::Subscription': { reason: 'nothing is published to topics', ref: topicArn },
  'AWS::SNS::TopicPolicy': { reason: 'nothing is published to topics' },
  'AWS::Lambda::LayerVersion': {
    reason: 'only the handlers of custom resources use layers, and they are not run',
    ref: (name) => `arn:aws:lambda:${region}:${accountId}:layer:${name}:1`,
    attributes: (name) => ({ LayerVersionArn: `arn:aws:lambda:${region}:${accountId}:layer:${name}:1` }),
  },
  'AWS::ResourceGroups::Group': { reason: 'for people who browse an account' },
  'AWS::Budgets::Budget': { reason: 'nothing costs anything here' },
  'Custom::S3AutoDeleteObjects': { reason: 'buckets are emptied with the data directory, never with a stack' },
  'Custom::LogRetention': { reason: 'log files are kept until the data directory is cleared' },
};

export function createNotPlayed(kernel: Pick<Kernel, 'physicalName'>): { providers: ResourceProvider[] } {
  const providers = Object.entries(notPlayed).map(
    ([type, what]): ResourceProvider => ({
      type,
      understood: [],
      harmless: { '*': what.reason },
      async provision({ stackName, logicalId }): Promise<ProvisionedResource> {
        const name = kernel.physicalName(stackName, logicalId);
        return { ref: what.ref?.(name) ?? name, attributes: what.attributes?.(name) ?? {} };
      },
    }),
  );
  return { providers };
}
