import type { ResourceProvider } from '../kernel/types.ts';
import type { AssemblyStack } from './assembly.ts';
import { providerFunctionsOf } from './provider-functions.ts';

/** What of a stack's template localcloud would have to act on and does not understand: unknown types and properties. */
export function templateProblems(
  { stackName, template }: AssemblyStack,
  providers: ReadonlyMap<string, ResourceProvider>,
): string[] {
  const providerFunctions = providerFunctionsOf(template);
  const problems: string[] = [];
  for (const [logicalId, { Type: type, Properties: properties = {} }] of Object.entries(template.Resources)) {
    if (providerFunctions.has(logicalId)) continue;
    const where = `Stack ${stackName}, resource ${logicalId}`;
    const provider = providers.get(type);
    if (!provider) {
      problems.push(`${where}: the type ${type} is not understood.`);
      continue;
    }
    if (Object.hasOwn(provider.harmless, '*')) continue;
    for (const name of Object.keys(properties)) {
      const known = provider.understood.includes(name) || Object.hasOwn(provider.harmless, name);
      if (!known) problems.push(`${where}: the property ${name} of ${type} is not understood.`);
    }
  }
  return problems;
}
