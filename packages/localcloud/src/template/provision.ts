import { accountId, type Kernel, type ProvisionedResource, type ResourceProvider, region } from '../kernel/types.ts';
import { type AssemblyStack, loadAssembly } from './assembly.ts';
import { evaluate } from './intrinsics.ts';
import { toLocalUrls } from './local-urls.ts';
import { providerFunctionsOf, providerRolesOf } from './provider-functions.ts';
import { referencesOf } from './references.ts';
import { StackScope } from './stack-scope.ts';
import type { ResourceDefinition } from './template.ts';
import { templateProblems } from './template-problems.ts';
import { topologicalOrder } from './topological-order.ts';

export interface ProvisionProgress {
  stackName: string;
  logicalId: string;
  type: string;
  done: number;
  total: number;
}

export interface ProvisionOptions {
  assemblyDirectory: string;
  endpoint: string;
  providers: readonly ResourceProvider[];
  kernel: Pick<Kernel, 'physicalName'>;
  onProgress?: (progress: ProvisionProgress) => void;
}

/** Stack name → output key → value. */
export type StackOutputs = Record<string, Record<string, string>>;

export interface Provisioned {
  outputs: StackOutputs;
  /** Roles that only the handlers of custom resources assume: what they are allowed is never used here. */
  unjudgedRoles: string[];
}

/**
 * Creates everything that the app's templates describe, stack by stack.
 * Errors: every unknown type and property of all stacks in one message, before anything is created; afterwards the
 * first resource that fails, named with its stack, logical id and type.
 */
export async function provisionAssembly(options: ProvisionOptions): Promise<Provisioned> {
  const stacks = loadAssembly(options.assemblyDirectory);
  const providers = new Map(options.providers.map((provider) => [provider.type, provider]));
  const problems = stacks.flatMap((stack) => templateProblems(stack, providers));
  if (problems.length > 0) throw new Error(`The template cannot be played:\n  ${problems.join('\n  ')}`);
  const total = stacks.reduce((sum, stack) => sum + Object.keys(stack.template.Resources).length, 0);
  const run: ProvisionRun = {
    ...options,
    providersByType: providers,
    exports: new Map(),
    unjudgedRoles: [],
    done: 0,
    total,
  };
  const outputs: StackOutputs = {};
  for (const stack of stacks) outputs[stack.stackName] = await provisionStack(stack, run);
  return { outputs, unjudgedRoles: run.unjudgedRoles };
}

interface ProvisionRun extends ProvisionOptions {
  providersByType: ReadonlyMap<string, ResourceProvider>;
  exports: Map<string, unknown>;
  unjudgedRoles: string[];
  done: number;
  total: number;
}

async function provisionStack(stack: AssemblyStack, run: ProvisionRun): Promise<Record<string, string>> {
  const scope = new StackScope(stack, run.exports);
  const resources = stack.template.Resources;
  const providerFunctions = providerFunctionsOf(stack.template);
  const order = topologicalOrder(Object.keys(resources), (logicalId) => dependenciesOf(logicalId, resources));
  for (const logicalId of order) {
    const definition = resources[logicalId];
    if (!definition || (definition.Condition && !scope.condition(definition.Condition))) continue;
    run.done += 1;
    const { stackName } = stack;
    run.onProgress?.({ stackName, logicalId, type: definition.Type, done: run.done, total: run.total });
    const created = providerFunctions.has(logicalId)
      ? neverRun(run.kernel.physicalName(stackName, logicalId))
      : await provisionResource(stack, logicalId, definition, scope, run);
    scope.created(logicalId, created);
  }
  const unjudged = providerRolesOf(stack.template, providerFunctions);
  run.unjudgedRoles.push(...[...unjudged].map((logicalId) => String(scope.ref(logicalId))));
  return evaluateOutputs(stack, scope, run);
}

function dependenciesOf(logicalId: string, resources: Record<string, ResourceDefinition>): string[] {
  const definition = resources[logicalId];
  if (!definition) return [];
  return referencesOf(definition)
    .map((reference) => reference.logicalId)
    .filter((name) => Object.hasOwn(resources, name));
}

async function provisionResource(
  { stackName }: AssemblyStack,
  logicalId: string,
  definition: ResourceDefinition,
  scope: StackScope,
  run: ProvisionRun,
): Promise<ProvisionedResource> {
  const provider = run.providersByType.get(definition.Type);
  try {
    if (!provider) throw new Error('no provider plays this type');
    const evaluated = toLocalUrls(evaluate(definition.Properties ?? {}, scope), run.endpoint);
    const properties = evaluated as Record<string, unknown>;
    const { assemblyDirectory } = run;
    return await provider.provision({ stackName, logicalId, type: definition.Type, properties, assemblyDirectory });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Stack ${stackName}, resource ${logicalId} (${definition.Type}): ${reason}`, { cause: error });
  }
}

/** A custom resource's own handler exists in name only. */
function neverRun(functionName: string): ProvisionedResource {
  return { ref: functionName, attributes: { Arn: `arn:aws:lambda:${region}:${accountId}:function:${functionName}` } };
}

function evaluateOutputs(stack: AssemblyStack, scope: StackScope, run: ProvisionRun): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [key, output] of Object.entries(stack.template.Outputs)) {
    if (output.Condition && !scope.condition(output.Condition)) continue;
    const value = evaluate(output.Value, scope);
    if (output.Export) run.exports.set(String(evaluate(output.Export.Name, scope)), value);
    outputs[key] = String(toLocalUrls(value, run.endpoint));
  }
  return outputs;
}
