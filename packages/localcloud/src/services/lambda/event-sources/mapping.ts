import { createHash } from 'node:crypto';
import { AwsError, type Kernel, type Principal, type TemplateResource } from '../../../kernel/types.ts';
import type { FunctionConfiguration } from '../function-configuration.ts';
import { assumeRole } from '../role-principal.ts';

/** One `AWS::Lambda::EventSourceMapping`. */
export interface Mapping {
  /** The same on every start: checkpoints are kept under it. */
  id: string;
  sourceArn: string;
  function: FunctionConfiguration;
  batchSize: number;
  windowMs: number;
  isEnabled: boolean;
  reportsItemFailures: boolean;
  /** Patterns of EventBridge's language; a record that matches none is dropped. */
  filters: unknown[];
  /** Batches at one time (queues). */
  concurrency: number;
  /** Streams alone. */
  startingPosition: 'TRIM_HORIZON' | 'LATEST';
  bisectsBatches: boolean;
  /** -1: for ever. */
  maximumRetries: number;
  /** -1: none. */
  maximumAgeSeconds: number;
  failureQueueArn: string | undefined;
}

/** Batches that Lambda starts out with when no maximum is set. */
const defaultConcurrency = 5;

export function readMapping(resource: TemplateResource, configuration: FunctionConfiguration): Mapping {
  const { properties, stackName, logicalId } = resource;
  const sourceArn = String(properties.EventSourceArn);
  const isQueue = sourceArn.startsWith('arn:aws:sqs:');
  const filters = (properties.FilterCriteria as { Filters?: { Pattern: string }[] } | undefined)?.Filters ?? [];
  const destination = properties.DestinationConfig as { OnFailure?: { Destination?: string } } | undefined;
  const scaling = properties.ScalingConfig as { MaximumConcurrency?: unknown } | undefined;
  const batchSize = Number(properties.BatchSize ?? (isQueue ? 10 : 100));
  const windowMs = Number(properties.MaximumBatchingWindowInSeconds ?? 0) * 1000;
  if (isQueue && batchSize > 10 && windowMs === 0) throw invalid(batchWithoutWindow);
  return {
    id: uuidOf(`${stackName}/${logicalId}`),
    sourceArn,
    function: configuration,
    batchSize,
    windowMs,
    isEnabled: properties.Enabled !== false,
    reportsItemFailures: list(properties.FunctionResponseTypes).includes('ReportBatchItemFailures'),
    filters: filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown),
    concurrency: Number(scaling?.MaximumConcurrency ?? defaultConcurrency),
    startingPosition: properties.StartingPosition === 'LATEST' ? 'LATEST' : 'TRIM_HORIZON',
    bisectsBatches: properties.BisectBatchOnFunctionError === true,
    maximumRetries: Number(properties.MaximumRetryAttempts ?? -1),
    maximumAgeSeconds: Number(properties.MaximumRecordAgeInSeconds ?? -1),
    failureQueueArn: destination?.OnFailure?.Destination,
  };
}

const batchWithoutWindow =
  'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10';

/** Errors: InvalidParameterValueException, as Lambda refuses a queue that would hand messages out again too early. */
export function assertVisibleLongEnough(mapping: Mapping, visibilityTimeoutS: number): void {
  const timeoutS = mapping.function.timeoutMs / 1000;
  if (visibilityTimeoutS >= timeoutS) return;
  throw invalid(
    `Queue visibility timeout: ${visibilityTimeoutS} seconds is less than Function timeout: ${timeoutS} seconds`,
  );
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', 400, message);
}

/** Who polls: the function's execution role. */
export function pollerPrincipal(mapping: Mapping): Principal {
  return assumeRole(mapping.function.roleArn, mapping.function.name);
}

/**
 * Checks what Lambda checks before it takes a mapping.
 * Errors: InvalidParameterValueException, in Lambda's words, naming the first permission that the role lacks.
 */
export function assertMayPoll(kernel: Kernel, mapping: Mapping, service: 'SQS' | 'DynamoDB', calls: string[]): void {
  const prefix = service === 'SQS' ? 'sqs' : 'dynamodb';
  for (const call of calls) {
    try {
      kernel.authorize({
        principal: pollerPrincipal(mapping),
        action: `${prefix}:${call}`,
        resourceArn: mapping.sourceArn,
      });
    } catch (error) {
      throw new AwsError(
        'InvalidParameterValueException',
        400,
        `Cannot access stream or queue: the function ${mapping.function.name}'s execution role does not have permissions to call ${call} on ${service}`,
        { cause: error },
      );
    }
  }
}

function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
