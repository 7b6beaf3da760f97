import { AwsError } from '../../kernel/types.ts';
import { sqsError } from './errors.ts';
import { authorizeOn, type SqsContext, type SqsOperation } from './operation.ts';
import type { Queue } from './queue.ts';
import type { SqsFields } from './sqs-fields.ts';

export const startMessageMoveTask: SqsOperation = async (context, fields) => {
  const source = namedByArn(context, fields, 'SourceArn');
  const destination =
    fields.optionalString('DestinationArn') === undefined ? undefined : namedByArn(context, fields, 'DestinationArn');
  for (const action of ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
    authorizeOn(context, context.principal, source, action);
  }
  const sources = context.catalog.sourcesOf(source);
  if (sources.length === 0) {
    throw sqsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
  }
  for (const target of destination === undefined ? sources : [destination]) {
    authorizeOn(context, context.principal, target, 'SendMessage');
  }
  const perSecond = fields.integer('MaxNumberOfMessagesPerSecond', 1, 500);
  return { TaskHandle: await context.moveTasks.start(source, destination, perSecond) };
};

export const listMessageMoveTasks: SqsOperation = (context, fields) => {
  const source = namedByArn(context, fields, 'SourceArn');
  authorizeOn(context, context.principal, source, 'ListMessageMoveTasks');
  return { Results: context.moveTasks.list(source, fields.integer('MaxResults', 1, 10) ?? 1) };
};

export const cancelMessageMoveTask: SqsOperation = async (context, fields) => {
  const handle = fields.string('TaskHandle');
  const source = context.catalog.require(context.moveTasks.sourceOf(handle));
  authorizeOn(context, context.principal, source, 'CancelMessageMoveTask');
  return { ApproximateNumberOfMessagesMoved: await context.moveTasks.cancel(handle) };
};

function namedByArn(context: SqsContext, fields: SqsFields, name: string): Queue {
  const queue = context.catalog.findByArn(fields.string(name));
  if (queue === undefined) {
    throw new AwsError(
      'ResourceNotFoundException',
      404,
      `The resource that you specified for the ${name} parameter doesn't exist.`,
    );
  }
  return queue;
}
