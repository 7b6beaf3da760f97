import type { Deliveries, Principal } from '../../kernel/types.ts';
import { notImplemented } from '../../kernel/types.ts';

/** What rules can deliver to. Every call throws `AwsError` when the target does not take the event. */
export interface EventTargets {
  sendToQueue: Deliveries['sendToQueue'];
  /** Resolves once the function's asynchronous queue holds the event; the rule's ARN is the source it is permitted by. */
  invokeAsynchronously(functionArn: string, payload: unknown, ruleArn: string): Promise<void>;
  /** Appends a line to a log group. */
  deliverLog(logGroupArn: string, text: string, principal: Principal): void;
}

const services = ['sqs', 'lambda', 'logs'] as const;

export function isPlayedTarget(arn: string): boolean {
  return services.some((service) => arn.split(':')[2] === service);
}

export async function deliverTo(targets: EventTargets, arn: string, input: string, ruleArn: string): Promise<void> {
  const principal = principalOf(ruleArn);
  switch (arn.split(':')[2]) {
    case 'sqs':
      await targets.sendToQueue(arn, input, principal);
      return;
    case 'lambda':
      await targets.invokeAsynchronously(arn, JSON.parse(input), ruleArn);
      return;
    case 'logs':
      targets.deliverLog(arn, `${input}\n`, principal);
      return;
    default:
      throw notImplemented(`the EventBridge target ${arn}`);
  }
}

/** EventBridge acts for a rule: the rule's ARN is the source that resource policies name. */
export function principalOf(ruleArn: string): Principal {
  return { kind: 'service', arn: ruleArn, accessKeyId: '', service: 'events.amazonaws.com' };
}
