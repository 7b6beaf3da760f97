import { AwsError } from '../../kernel/types.ts';

export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', 400, message);
}

export function serializationError(message: string): AwsError {
  return new AwsError('SerializationException', 400, message);
}

/** `item` is what stood there, for callers that asked for it with ReturnValuesOnConditionCheckFailure. */
export function conditionFailed(item?: unknown): AwsError {
  const fields = item === undefined ? {} : { Item: item };
  return new AwsError('ConditionalCheckFailedException', 400, 'The conditional request failed', fields);
}

export function tableNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 400, 'Requested resource not found');
}
