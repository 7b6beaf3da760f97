import { crc32 as crc32Of } from 'node:zlib';
import type { AwsError, AwsResponse } from '../kernel/types.ts';

const contentType = 'application/x-amz-json-1.0';

/** An answer of the AWS JSON protocol; DynamoDB's clients also check `x-amz-crc32`. */
export function jsonResponse(body: unknown, crc32 = false): AwsResponse {
  const text = JSON.stringify(body ?? {});
  const headers: Record<string, string> = { 'content-type': contentType };
  if (crc32) headers['x-amz-crc32'] = String(crc32Of(text));
  return { status: 200, headers, body: text };
}

/** An error of the AWS JSON protocol: `__type` is what the SDK turns into `error.name`. */
export function jsonError(error: AwsError): AwsResponse {
  return {
    status: error.status,
    headers: { 'content-type': contentType, 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message, Message: error.message, ...error.fields }),
  };
}
