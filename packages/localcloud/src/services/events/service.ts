import { AwsError, type AwsRequest, type AwsResponse, type AwsService, notImplemented } from '../../kernel/types.ts';
import { jsonError, jsonResponse } from '../../server/json-protocol.ts';
import { readPayload } from '../../server/payload.ts';
import type { DeliveryParts, DeliveryWorker } from './delivery-worker.ts';
import { putEvents } from './put-events.ts';
import { busArn, defaultBus, type Rule, ruleArn } from './rule.ts';
import type { RuleScheduler } from './scheduler.ts';

const largestBodyBytes = 8 * 1024 * 1024;

type Members = Readonly<Record<string, unknown>>;

/** The EventBridge wire protocol (JSON 1.1). */
export class EventsService implements AwsService {
  readonly signingNames = ['events'];
  readonly renderError = jsonError;
  private readonly parts: DeliveryParts;
  private readonly worker: DeliveryWorker;
  private readonly scheduler: RuleScheduler;

  constructor(parts: DeliveryParts, worker: DeliveryWorker, scheduler: RuleScheduler) {
    this.parts = parts;
    this.worker = worker;
    this.scheduler = scheduler;
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    const members = parseJson((await readPayload(request, largestBodyBytes)).toString());
    const response = jsonResponse(await this.run(request, members));
    return { ...response, headers: { ...response.headers, 'content-type': 'application/x-amz-json-1.1' } };
  }

  async close(): Promise<void> {
    await this.scheduler.stop();
    await this.worker.stop();
  }

  private async run(request: AwsRequest, members: Members): Promise<unknown> {
    switch (request.action) {
      case 'PutEvents': {
        const answer = await putEvents(this.parts, members, request.principal);
        this.worker.wake();
        return answer;
      }
      case 'DescribeEventBus':
        return this.describeEventBus(request, members);
      case 'ListRules':
        return this.listRules(request, members);
      default:
        throw notImplemented(`events:${request.action}`);
    }
  }

  private describeEventBus({ principal }: AwsRequest, members: Members): unknown {
    const bus = this.parts.catalog.requireBus(String(members.Name ?? defaultBus));
    const resourceArn = busArn(bus.name);
    this.parts.kernel.authorize({ principal, action: 'events:DescribeEventBus', resourceArn });
    return { Name: bus.name, Arn: resourceArn, Description: bus.description, CreationTime: bus.createdMs / 1000 };
  }

  private listRules({ principal }: AwsRequest, members: Members): unknown {
    const bus = this.parts.catalog.requireBus(String(members.EventBusName ?? defaultBus));
    this.parts.kernel.authorize({ principal, action: 'events:ListRules', resourceArn: ruleArn(bus.name, '*') });
    const prefix = String(members.NamePrefix ?? '');
    const rules = this.parts.catalog.rulesOf(bus.name).filter(({ name }) => name.startsWith(prefix));
    const start = String(members.NextToken ?? '');
    const left = rules.filter(({ name }) => name > start);
    const page = left.slice(0, Number(members.Limit ?? 100));
    return { Rules: page.map(shown), NextToken: left.length > page.length ? page.at(-1)?.name : undefined };
  }
}

function shown({ name, arn, busName, description, enabled, pattern, schedule }: Rule): Record<string, unknown> {
  return {
    Name: name,
    Arn: arn,
    EventBusName: busName,
    State: enabled ? 'ENABLED' : 'DISABLED',
    Description: description,
    EventPattern: pattern?.text,
    ScheduleExpression: schedule?.expression,
  };
}

function parseJson(text: string): Members {
  try {
    return Object(JSON.parse(text)) as Members;
  } catch (cause) {
    throw Object.assign(new AwsError('SerializationException', 400, 'Unable to parse the request body as JSON'), {
      cause,
    });
  }
}
