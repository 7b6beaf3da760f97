import type { Lambda } from '../lambda/index.ts';

export interface WebSocketDependencies {
  invokeFor: Lambda['invokeFor'];
  appendLog(logGroupName: string, text: string): void;
}
