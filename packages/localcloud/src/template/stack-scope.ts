import { accountId, type ProvisionedResource, region } from '../kernel/types.ts';
import type { AssemblyStack } from './assembly.ts';
import { type EvaluationScope, evaluateCondition, noValue } from './intrinsics.ts';

/** The parameter by which CDK checks a real account's bootstrap; its value is a parameter's name and stays unread. */
const bootstrapParameter = 'BootstrapVersion';

/** What the names of one stack's template stand for, growing as its resources are created. */
export class StackScope implements EvaluationScope {
  readonly #stack: AssemblyStack;
  readonly #exports: ReadonlyMap<string, unknown>;
  readonly #resources = new Map<string, ProvisionedResource>();
  readonly #conditions = new Map<string, boolean>();

  constructor(stack: AssemblyStack, exports: ReadonlyMap<string, unknown>) {
    this.#stack = stack;
    this.#exports = exports;
  }

  created(logicalId: string, resource: ProvisionedResource): void {
    this.#resources.set(logicalId, resource);
  }

  ref(name: string): unknown {
    const resource = this.#resources.get(name);
    if (resource) return resource.ref;
    if (Object.hasOwn(this.#stack.template.Parameters, name)) return this.#parameter(name);
    return this.#pseudoParameter(name);
  }

  attribute(logicalId: string, name: string): unknown {
    const attributes = this.#resources.get(logicalId)?.attributes;
    if (!attributes) throw new Error(`The resource ${logicalId} does not exist.`);
    if (!Object.hasOwn(attributes, name)) throw new Error(`The resource ${logicalId} has no attribute ${name}.`);
    return attributes[name];
  }

  exported(name: string): unknown {
    if (!this.#exports.has(name)) throw new Error(`No stack exports ${name}.`);
    return this.#exports.get(name);
  }

  mapped(map: string, topKey: string, secondKey: string): unknown {
    const found = Object(Object(this.#stack.template.Mappings[map])[topKey])[secondKey];
    if (found === undefined) throw new Error(`The mapping ${map} has no ${topKey}.${secondKey}.`);
    return found;
  }

  condition(name: string): boolean {
    const known = this.#conditions.get(name);
    if (known !== undefined) return known;
    const expression = this.#stack.template.Conditions[name];
    if (expression === undefined) throw new Error(`The condition ${name} does not exist.`);
    const holds = evaluateCondition(expression, this);
    this.#conditions.set(name, holds);
    return holds;
  }

  #parameter(name: string): unknown {
    const definition = this.#stack.template.Parameters[name];
    if (definition?.Default === undefined) throw new Error(`The parameter ${name} has no value.`);
    if (definition.Type.startsWith('AWS::SSM::') && name !== bootstrapParameter) {
      throw new Error(`The parameter ${name} reads Parameter Store, which is not played.`);
    }
    const isList = definition.Type === 'CommaDelimitedList' || definition.Type.startsWith('List<');
    return isList ? String(definition.Default).split(',') : definition.Default;
  }

  #pseudoParameter(name: string): unknown {
    const { stackName } = this.#stack;
    switch (name) {
      case 'AWS::AccountId':
        return accountId;
      case 'AWS::Region':
        return region;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return stackName;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/00000000-0000-0000-0000-000000000000`;
      case 'AWS::NotificationARNs':
        return [];
      case 'AWS::NoValue':
        return noValue;
      default:
        throw new Error(`The name ${name} does not exist.`);
    }
  }
}
