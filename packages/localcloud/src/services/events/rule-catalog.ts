import { AwsError } from '../../kernel/types.ts';
import { busNameOf, defaultBus, type Rule } from './rule.ts';

export interface Bus {
  name: string;
  description: string | undefined;
  createdMs: number;
}

/** The buses and rules that the template declares; the default bus is always there. */
export class RuleCatalog {
  private readonly buses = new Map<string, Bus>();
  private readonly rules = new Map<string, Rule>();

  constructor(nowMs: number) {
    this.defineBus({ name: defaultBus, description: undefined, createdMs: nowMs });
  }

  defineBus(bus: Bus): void {
    this.buses.set(bus.name, bus);
  }

  /** Errors: ResourceNotFoundException. */
  requireBus(nameOrArn: string): Bus {
    const bus = this.buses.get(busNameOf(nameOrArn));
    if (bus === undefined) {
      throw new AwsError('ResourceNotFoundException', 400, `Event bus ${busNameOf(nameOrArn)} does not exist.`);
    }
    return bus;
  }

  defineRule(rule: Rule): void {
    this.requireBus(rule.busName);
    this.rules.set(rule.arn, rule);
  }

  rule(arn: string): Rule | undefined {
    return this.rules.get(arn);
  }

  rulesOf(busName: string): Rule[] {
    return [...this.rules.values()]
      .filter((rule) => rule.busName === busName)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  scheduledRules(): Rule[] {
    return [...this.rules.values()].filter((rule) => rule.enabled && rule.schedule !== undefined);
  }

  matching(busName: string, event: unknown): Rule[] {
    return this.rulesOf(busName).filter(({ enabled, pattern }) => enabled && pattern?.matches(event));
  }
}
