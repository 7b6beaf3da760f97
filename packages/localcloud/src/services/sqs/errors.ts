import { AwsError, type AwsRequest, type AwsResponse } from '../../kernel/types.ts';
import { jsonError } from '../../server/json-protocol.ts';

/** Codes of the old query protocol, which SQS still sends along in `x-amzn-query-error` for its clients. */
const queryCodes: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

export function sqsError(code: string, message: string): AwsError {
  return new AwsError(code, 400, message);
}

export function queueDoesNotExist(): AwsError {
  return sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

export function invalidParameter(name: string, value: unknown, reason: string): AwsError {
  return sqsError('InvalidParameterValue', `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);
}

export function missingParameter(name: string): AwsError {
  return sqsError('MissingParameter', `The request must contain the parameter ${name}.`);
}

export function renderSqsError(error: AwsError, _request: AwsRequest): AwsResponse {
  const response = jsonError(error);
  const fault = error.status < 500 ? 'Sender' : 'Receiver';
  const queryError = `${queryCodes[error.code] ?? error.code};${fault}`;
  return { ...response, headers: { ...response.headers, 'x-amzn-query-error': queryError } };
}
