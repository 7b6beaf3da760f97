import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type Kernel,
  notImplemented,
} from '../../kernel/types.ts';
import { readPayload } from '../../server/payload.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import type { FunctionCatalogue, KnownFunction } from './function-catalogue.ts';
import type { Invocation } from './function-runner.ts';

const synchronousLimitBytes = 6_291_456;
const asynchronousLimitBytes = 1_048_576;

export interface InvokeApiParts {
  kernel: Kernel;
  functions: FunctionCatalogue;
  asynchronous: AsyncInvocations;
  run(known: KnownFunction, payload: string): Promise<Invocation>;
}

/** Lambda's REST API, as far as handlers use it: Invoke. */
export function createInvokeApi(parts: InvokeApiParts): AwsService {
  return {
    signingNames: ['lambda'],
    handle: (request) => handleInvoke(parts, request),
    renderError: (error) => ({
      status: error.status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
      body: JSON.stringify({ ...error.fields, Message: error.message, message: error.message }),
    }),
  };
}

async function handleInvoke(parts: InvokeApiParts, request: AwsRequest): Promise<AwsResponse> {
  const path = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.rawPath);
  if (path?.[1] === undefined || request.method !== 'POST') {
    throw notImplemented(`Lambda's ${request.method} ${request.rawPath}`);
  }
  const known = parts.functions.find(decodeURIComponent(path[1]));
  parts.kernel.authorize({
    principal: request.principal,
    action: 'lambda:InvokeFunction',
    resourceArn: known.configuration.arn,
    resourcePolicy: known.policy,
  });
  const invocationType = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const payload = await readEvent(request, invocationType);
  switch (invocationType) {
    case 'RequestResponse':
      return renderInvocation(await parts.run(known, payload), request.headers['x-amz-log-type'] === 'Tail');
    case 'Event':
      await parts.asynchronous.accept(known.configuration.name, payload);
      return { status: 202, body: '' };
    case 'DryRun':
      return { status: 204 };
    default:
      throw new AwsError('InvalidParameterValueException', 400, `Unknown invocation type ${invocationType}`);
  }
}

async function readEvent(request: AwsRequest, invocationType: string): Promise<string> {
  const limitBytes = invocationType === 'Event' ? asynchronousLimitBytes : synchronousLimitBytes;
  const body = await readPayload(request, limitBytes + 1024 * 1024);
  if (body.length > limitBytes) {
    throw new AwsError(
      'RequestTooLargeException',
      413,
      `${body.length} byte payload is too large for the ${invocationType} invocation type (limit ${limitBytes} bytes)`,
    );
  }
  const text = body.length === 0 ? '{}' : body.toString('utf8');
  try {
    JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError(
      'InvalidRequestContentException',
      400,
      `Could not parse request body into json: Could not parse payload into json: ${reason}`,
      { Type: 'User' },
    );
  }
  return text;
}

function renderInvocation(invocation: Invocation, withLog: boolean): AwsResponse {
  const { end } = invocation;
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
      'x-amzn-requestid': invocation.requestId,
      ...(end.kind === 'failure' && { 'x-amz-function-error': 'Unhandled' }),
      ...(withLog && { 'x-amz-log-result': invocation.logTail }),
    },
    body: end.kind === 'result' ? end.payload : JSON.stringify(end.error),
  };
}
