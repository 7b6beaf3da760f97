import type { Deliveries } from '../../kernel/types.ts';
import type { Lambda } from '../lambda/index.ts';

export interface HttpApiDependencies {
  invokeFor: Lambda['invokeFor'];
  sendToQueue: Deliveries['sendToQueue'];
  appendLog(logGroupName: string, text: string): void;
}
