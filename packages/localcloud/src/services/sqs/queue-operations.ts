import { accountId } from '../../kernel/types.ts';
import { queueDoesNotExist, sqsError } from './errors.ts';
import { authorizedQueue, authorizeOn, type SqsContext, type SqsOperation } from './operation.ts';
import { type Queue, queueArn, queueUrl } from './queue.ts';
import type { SqsFields } from './sqs-fields.ts';

const attributeNames = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'Policy',
  'QueueArn',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'VisibilityTimeout',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'SqsManagedSseEnabled',
] as const;

export const getQueueUrl: SqsOperation = (context, fields) => {
  const queue = context.catalog.require(fields.string('QueueName'));
  const owner = fields.optionalString('QueueOwnerAWSAccountId');
  authorizeOn(context, context.principal, queue, 'GetQueueUrl');
  if (owner !== undefined && owner !== accountId) throw queueDoesNotExist();
  return { QueueUrl: queueUrl(context.endpoint, queue.name) };
};

export const getQueueAttributes: SqsOperation = (context, fields) => {
  const queue = authorizedQueue(context, fields, 'GetQueueAttributes');
  const wanted = fields.strings('AttributeNames');
  for (const name of wanted) {
    if (name !== 'All' && !attributeNames.some((known) => known === name)) {
      throw sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
  }
  const attributes = Object.entries(attributesOf(context, queue)).filter(
    ([name]) => wanted.includes('All') || wanted.includes(name),
  );
  return attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) };
};

function attributesOf({ kernel, messages }: SqsContext, queue: Queue): Record<string, string> {
  const counts = messages.counts(queue, kernel.now());
  const created = String(Math.floor(queue.createdMs / 1000));
  const { redrive, redriveAllow, policy } = queue;
  return {
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    DelaySeconds: String(queue.delayS),
    MaximumMessageSize: String(queue.maximumMessageBytes),
    MessageRetentionPeriod: String(queue.retentionS),
    QueueArn: queue.arn,
    ReceiveMessageWaitTimeSeconds: String(queue.receiveWaitS),
    VisibilityTimeout: String(queue.visibilityTimeoutS),
    ...queue.encryption,
    ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }),
    ...(redrive === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: redrive.deadLetterArn,
            maxReceiveCount: redrive.maxReceiveCount,
          }),
        }),
    ...(redriveAllow === undefined
      ? {}
      : {
          RedriveAllowPolicy: JSON.stringify({
            redrivePermission: redriveAllow.permission,
            ...(redriveAllow.permission === 'byQueue' ? { sourceQueueArns: redriveAllow.sourceArns } : {}),
          }),
        }),
  };
}

export const listQueues: SqsOperation = (context, fields) => {
  context.kernel.authorize({ principal: context.principal, action: 'sqs:ListQueues', resourceArn: queueArn('*') });
  const prefix = fields.optionalString('QueueNamePrefix') ?? '';
  const names = context.catalog
    .all()
    .map(({ name }) => name)
    .filter((name) => name.startsWith(prefix));
  return pageOf(context, fields, names, 'QueueUrls');
};

export const listDeadLetterSourceQueues: SqsOperation = (context, fields) => {
  const queue = authorizedQueue(context, fields, 'ListDeadLetterSourceQueues');
  return pageOf(
    context,
    fields,
    context.catalog.sourcesOf(queue).map(({ name }) => name),
    'queueUrls',
  );
};

/** The token of the next page is the name of the last queue shown. A page token needs MaxResults, as in SQS. */
function pageOf(context: SqsContext, fields: SqsFields, names: string[], member: string): Record<string, unknown> {
  const most = fields.integer('MaxResults', 1, 1000);
  const start = fields.optionalString('NextToken') ?? '';
  const left = names.filter((name) => name > start);
  const page = left.slice(0, most ?? 1000);
  const hasMore = most !== undefined && left.length > page.length;
  return {
    [member]: page.map((name) => queueUrl(context.endpoint, name)),
    ...(hasMore ? { NextToken: page.at(-1) } : {}),
  };
}

export const purgeQueue: SqsOperation = async (context, fields) => {
  const queue = authorizedQueue(context, fields, 'PurgeQueue');
  await context.kernel.commit(() => context.messages.purge(queue));
};
