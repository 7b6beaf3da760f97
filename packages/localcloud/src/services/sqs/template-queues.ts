import { notImplemented, type ResourceProvider, type TemplateResource } from '../../kernel/types.ts';
import type { SqsParts } from './message-flow.ts';
import { type Queue, queueArn, queueUrl, type RedriveAllowPolicy, type RedrivePolicy } from './queue.ts';

const largestMessageBytes = 1024 * 1024;
const fourDaysS = 345_600;

type Properties = Readonly<Record<string, unknown>>;

/** `endpoint` is asked at provisioning time, when the port is known. */
export function queueProviders(parts: SqsParts, endpoint: () => string): ResourceProvider[] {
  return [
    {
      type: 'AWS::SQS::Queue',
      understood: [
        'QueueName',
        'VisibilityTimeout',
        'DelaySeconds',
        'MessageRetentionPeriod',
        'MaximumMessageSize',
        'ReceiveMessageWaitTimeSeconds',
        'RedrivePolicy',
        'RedriveAllowPolicy',
        'FifoQueue',
        'KmsMasterKeyId',
        'SqsManagedSseEnabled',
      ],
      harmless: { Tags: 'not read by the product' },
      async provision(resource) {
        const queue = queueOf(parts, resource);
        parts.catalog.define(queue);
        const url = queueUrl(endpoint(), queue.name);
        return { ref: url, attributes: { Arn: queue.arn, QueueName: queue.name, QueueUrl: url } };
      },
    },
    {
      type: 'AWS::SQS::QueuePolicy',
      understood: ['PolicyDocument', 'Queues'],
      harmless: {},
      async provision({ properties, logicalId }) {
        const { Statement: statements } = structure(properties.PolicyDocument);
        for (const url of [properties.Queues].flat()) {
          const { name } = parts.catalog.requireByUrl(String(url));
          parts.catalog.attachPolicy(name, [statements].flat());
        }
        return { ref: logicalId, attributes: { Id: logicalId } };
      },
    },
  ];
}

function queueOf({ kernel }: SqsParts, { stackName, logicalId, properties }: TemplateResource): Queue {
  if (properties.FifoQueue === true || properties.FifoQueue === 'true') {
    throw notImplemented(`FIFO queues (${stackName}/${logicalId})`);
  }
  if (properties.KmsMasterKeyId !== undefined) {
    throw notImplemented(
      `queues under a KMS key (${stackName}/${logicalId}): it would not ask senders and readers for their permissions on the key; use SSE-SQS`,
    );
  }
  const name = String(properties.QueueName ?? kernel.physicalName(stackName, logicalId));
  const redrive = redrivePolicy(properties.RedrivePolicy);
  const redriveAllow = redriveAllowPolicy(properties.RedriveAllowPolicy);
  return {
    name,
    arn: queueArn(name),
    visibilityTimeoutS: numberOf(properties.VisibilityTimeout, 30),
    delayS: numberOf(properties.DelaySeconds, 0),
    retentionS: numberOf(properties.MessageRetentionPeriod, fourDaysS),
    maximumMessageBytes: numberOf(properties.MaximumMessageSize, largestMessageBytes),
    receiveWaitS: numberOf(properties.ReceiveMessageWaitTimeSeconds, 0),
    encryption: { SqsManagedSseEnabled: String(properties.SqsManagedSseEnabled ?? true) },
    createdMs: kernel.now(),
    ...(redrive === undefined ? {} : { redrive }),
    ...(redriveAllow === undefined ? {} : { redriveAllow }),
  };
}

function redrivePolicy(value: unknown): RedrivePolicy | undefined {
  if (value === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = structure(value);
  return { deadLetterArn: String(deadLetterTargetArn), maxReceiveCount: numberOf(maxReceiveCount, 10) };
}

function redriveAllowPolicy(value: unknown): RedriveAllowPolicy | undefined {
  if (value === undefined) return undefined;
  const { redrivePermission, sourceQueueArns } = structure(value);
  const permission =
    redrivePermission === 'byQueue' || redrivePermission === 'denyAll' ? redrivePermission : 'allowAll';
  return { permission, sourceArns: Array.isArray(sourceQueueArns) ? sourceQueueArns.map(String) : [] };
}

function structure(value: unknown): Properties {
  return typeof value === 'object' && value !== null ? (value as Properties) : {};
}

function numberOf(value: unknown, otherwise: number): number {
  return value === undefined ? otherwise : Number(value);
}
