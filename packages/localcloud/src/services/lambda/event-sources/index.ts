import { type Kernel, notImplemented, type ResourceProvider } from '../../../kernel/types.ts';
import type { FunctionCatalogue } from '../function-catalogue.ts';
import { Checkpoints } from './checkpoints.ts';
import { assertMayPoll, assertVisibleLongEnough, type Mapping, readMapping } from './mapping.ts';
import { QueuePoller } from './queue-poller.ts';
import type { Poller, PollerParts } from './sources.ts';
import { StreamPoller } from './stream-poller.ts';

export type { PollerParts } from './sources.ts';

export interface EventSources {
  provider: ResourceProvider;
  start(): void;
  abort(): void;
  finished(): Promise<void>;
}

/** Event source mappings: what brings messages and stream records to functions. */
export function createEventSources(
  kernel: Kernel,
  functions: FunctionCatalogue,
  parts: Omit<PollerParts, 'kernel'>,
): EventSources {
  const pollers = new Map<string, Poller>();
  const checkpoints = new Checkpoints(kernel);
  const all = { ...parts, kernel };
  return {
    provider: mappingProvider(functions, (mapping) => {
      const poller = createPoller(all, mapping, checkpoints);
      if (mapping.isEnabled) pollers.set(mapping.id, poller);
    }),
    start() {
      for (const poller of pollers.values()) poller.start();
    },
    abort() {
      for (const poller of pollers.values()) poller.abort();
    },
    async finished() {
      await Promise.all([...pollers.values()].map((poller) => poller.finished()));
    },
  };
}

function createPoller(parts: PollerParts, mapping: Mapping, checkpoints: Checkpoints): Poller {
  if (mapping.sourceArn.startsWith('arn:aws:sqs:')) {
    assertMayPoll(parts.kernel, mapping, 'SQS', ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']);
    assertVisibleLongEnough(mapping, parts.consumer.visibilityTimeoutS(mapping.sourceArn));
    return new QueuePoller(parts, mapping);
  }
  if (/^arn:aws:dynamodb:.*\/stream\//.test(mapping.sourceArn)) {
    const calls = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'];
    assertMayPoll(parts.kernel, mapping, 'DynamoDB', calls);
    const isLatest = mapping.startingPosition === 'LATEST';
    checkpoints.begin(mapping.id, isLatest ? parts.streams.latestSequence(mapping.sourceArn) : 0);
    return new StreamPoller(parts, mapping, checkpoints);
  }
  throw notImplemented(`the event source ${mapping.sourceArn}`);
}

function mappingProvider(functions: FunctionCatalogue, add: (mapping: Mapping) => void): ResourceProvider {
  return {
    type: 'AWS::Lambda::EventSourceMapping',
    understood: [
      'BatchSize',
      'BisectBatchOnFunctionError',
      'DestinationConfig',
      'Enabled',
      'EventSourceArn',
      'FilterCriteria',
      'FunctionName',
      'FunctionResponseTypes',
      'MaximumBatchingWindowInSeconds',
      'MaximumRecordAgeInSeconds',
      'MaximumRetryAttempts',
      'ScalingConfig',
      'StartingPosition',
    ],
    harmless: {
      MetricsConfig: 'no metrics here',
      ParallelizationFactor: 'order per key is kept by keeping the order of all',
      Tags: 'for people',
    },
    async provision(resource) {
      const { configuration } = functions.find(String(resource.properties.FunctionName));
      const mapping = readMapping(resource, configuration);
      add(mapping);
      return { ref: mapping.id, attributes: { Id: mapping.id } };
    },
  };
}
