import { accountId, region } from '../../kernel/types.ts';
import type { EventPattern } from './event-pattern.ts';
import type { TargetInput } from './input-transformation.ts';
import type { Schedule } from './schedule-expression.ts';

export interface Rule {
  name: string;
  arn: string;
  busName: string;
  description: string | undefined;
  enabled: boolean;
  pattern: { text: string; matches: EventPattern } | undefined;
  schedule: { expression: string; next: Schedule } | undefined;
  targets: Target[];
}

export interface Target {
  id: string;
  arn: string;
  input: TargetInput;
  /** Attempts after the first one. */
  retryAttempts: number;
  maximumAgeS: number;
  deadLetterArn: string | undefined;
}

export const defaultBus = 'default';

export function busArn(name: string): string {
  return `arn:aws:events:${region}:${accountId}:event-bus/${name}`;
}

/** A rule of the default bus has no bus in its ARN. */
export function ruleArn(busName: string, name: string): string {
  const path = busName === defaultBus ? name : `${busName}/${name}`;
  return `arn:aws:events:${region}:${accountId}:rule/${path}`;
}

/** Takes a bus by its name or ARN. */
export function busNameOf(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}
