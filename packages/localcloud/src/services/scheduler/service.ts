import { AwsError, type AwsRequest, type AwsResponse, type AwsService, notImplemented } from '../../kernel/types.ts';
import { jsonError } from '../../server/json-protocol.ts';
import { readPayload } from '../../server/payload.ts';
import type { Clockwork } from './clockwork.ts';
import { groupOperations } from './group-operations.ts';
import type { Members, SchedulerCall, SchedulerContext, SchedulerOperation } from './operation.ts';
import { scheduleOperations } from './schedule-operations.ts';

const largestBodyBytes = 1024 * 1024;

/** EventBridge Scheduler's REST API: `/schedules[/NAME]` and `/schedule-groups[/NAME]`. */
export class SchedulerService implements AwsService {
  readonly signingNames = ['scheduler'];
  readonly renderError = jsonError;
  private readonly context: SchedulerContext;
  private readonly clockwork: Clockwork;

  constructor(context: SchedulerContext, clockwork: Clockwork) {
    this.context = context;
    this.clockwork = clockwork;
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    const [, collection = '', encodedName] = request.rawPath.split('/');
    const operation = operationOf(collection, request.method, encodedName !== undefined);
    if (!operation) throw notImplemented(`${request.method} ${request.rawPath} of Scheduler`);
    const body = (await readPayload(request, largestBodyBytes)).toString();
    const call: SchedulerCall = {
      principal: request.principal,
      name: decodeURIComponent(encodedName ?? ''),
      query: request.query,
      members: body === '' ? {} : parseJson(body),
    };
    const answer = await operation(this.context, call);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer ?? {}) };
  }

  close(): Promise<void> {
    return this.clockwork.stop();
  }
}

function operationOf(collection: string, method: string, isNamed: boolean): SchedulerOperation | undefined {
  const key = `${method}${isNamed ? ' NAME' : ''}`;
  if (collection === 'schedules') return scheduleOperations[key];
  return collection === 'schedule-groups' ? groupOperations[key] : undefined;
}

function parseJson(text: string): Members {
  try {
    return Object(JSON.parse(text)) as Members;
  } catch (cause) {
    throw Object.assign(new AwsError('SerializationException', 400, 'The body is no JSON.'), { cause });
  }
}
