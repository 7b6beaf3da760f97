import { notImplemented, type ResourceProvider, type TemplateResource } from '../../kernel/types.ts';
import type { DeliveryParts } from './delivery-worker.ts';
import { compilePattern } from './event-pattern.ts';
import { pathParts, type TargetInput } from './input-transformation.ts';
import { busArn, busNameOf, defaultBus, type Rule, ruleArn, type Target } from './rule.ts';
import { compileSchedule } from './schedule-expression.ts';
import { isPlayedTarget } from './targets.ts';

type Properties = Readonly<Record<string, unknown>>;

const defaultRetryAttempts = 185;
const defaultMaximumAgeS = 86_400;
const targetProperties = new Set([
  'Id',
  'Arn',
  'Input',
  'InputPath',
  'InputTransformer',
  'RetryPolicy',
  'DeadLetterConfig',
  'RoleArn',
]);

export function ruleProviders({ kernel, catalog }: DeliveryParts): ResourceProvider[] {
  return [
    {
      type: 'AWS::Events::EventBus',
      understood: ['Name', 'Description'],
      harmless: {
        KmsKeyIdentifier: 'data lies unencrypted on the developer machine',
        LogConfig: 'a monitoring view',
        Tags: 'not read by the product',
      },
      async provision({ stackName, logicalId, properties }) {
        const name = String(properties.Name ?? kernel.physicalName(stackName, logicalId));
        catalog.defineBus({ name, description: optionalText(properties.Description), createdMs: kernel.now() });
        return { ref: name, attributes: { Arn: busArn(name), Name: name } };
      },
    },
    {
      type: 'AWS::Events::Rule',
      understood: ['Name', 'Description', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Targets'],
      harmless: {
        RoleArn: 'only rules that deliver to other buses need a role of their own',
        Tags: 'not read by the product',
      },
      async provision(resource) {
        const name = String(resource.properties.Name ?? kernel.physicalName(resource.stackName, resource.logicalId));
        const rule = ruleOf(resource, name);
        catalog.defineRule(rule);
        return { ref: rule.busName === defaultBus ? name : `${rule.busName}|${name}`, attributes: { Arn: rule.arn } };
      },
    },
  ];
}

function ruleOf(resource: TemplateResource, name: string): Rule {
  const { properties } = resource;
  const busName = busNameOf(String(properties.EventBusName ?? defaultBus));
  const { EventPattern: pattern, ScheduleExpression: schedule } = properties;
  return {
    name,
    arn: ruleArn(busName, name),
    busName,
    description: optionalText(properties.Description),
    enabled: properties.State !== 'DISABLED',
    pattern: pattern === undefined ? undefined : compiledPattern(pattern),
    schedule:
      schedule === undefined ? undefined : { expression: String(schedule), next: compileSchedule(String(schedule)) },
    targets: list(properties.Targets).map((target) => targetOf(resource, target)),
  };
}

function compiledPattern(pattern: unknown): Rule['pattern'] {
  const parsed: unknown = typeof pattern === 'string' ? JSON.parse(pattern) : pattern;
  return { text: JSON.stringify(parsed), matches: compilePattern(parsed) };
}

function targetOf({ stackName, logicalId }: TemplateResource, target: Properties): Target {
  const foreign = Object.keys(target).find((property) => !targetProperties.has(property));
  if (foreign !== undefined) throw notImplemented(`the target property ${foreign} (${stackName}/${logicalId})`);
  const arn = String(target.Arn);
  if (!isPlayedTarget(arn)) throw notImplemented(`the EventBridge target ${arn} (${stackName}/${logicalId})`);
  const retry = structure(target.RetryPolicy);
  return {
    id: String(target.Id),
    arn,
    input: inputOf(target),
    retryAttempts: Number(retry.MaximumRetryAttempts ?? defaultRetryAttempts),
    maximumAgeS: Number(retry.MaximumEventAgeInSeconds ?? defaultMaximumAgeS),
    deadLetterArn: optionalText(structure(target.DeadLetterConfig).Arn),
  };
}

function inputOf({ Input: constant, InputPath: path, InputTransformer: transformer }: Properties): TargetInput {
  if (transformer !== undefined) {
    const { InputPathsMap: paths, InputTemplate: template } = structure(transformer);
    const entries = Object.entries(structure(paths)).map(([name, value]): [string, string] => [name, String(value)]);
    for (const [, value] of entries) pathParts(value);
    return { kind: 'template', paths: Object.fromEntries(entries), template: String(template) };
  }
  if (constant !== undefined) return { kind: 'constant', json: String(constant) };
  if (path === undefined) return { kind: 'event' };
  pathParts(String(path));
  return { kind: 'path', path: String(path) };
}

function structure(value: unknown): Properties {
  return typeof value === 'object' && value !== null ? (value as Properties) : {};
}

function list(value: unknown): Properties[] {
  return Array.isArray(value) ? value.map(structure) : [];
}

function optionalText(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}
