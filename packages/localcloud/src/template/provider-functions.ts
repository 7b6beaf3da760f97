import { referencesOf } from './references.ts';
import type { ResourceDefinition, Template } from './template.ts';

const functionType = 'AWS::Lambda::Function';

export function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

/**
 * The functions that stand behind custom resources (CDK's own handlers): those that nothing refers to but a custom
 * resource's `ServiceToken`. localcloud interprets the custom resources themselves and never runs these functions.
 */
export function providerFunctionsOf(template: Template): Set<string> {
  const asToken = new Set<string>();
  const otherwise = new Set<string>();
  for (const definition of Object.values(template.Resources)) {
    for (const { logicalId, path } of referencesOf(definition)) {
      const isToken = isCustomResource(definition.Type) && (path[0] === 'ServiceToken' || path[0] === 'DependsOn');
      (isToken ? asToken : otherwise).add(logicalId);
    }
  }
  const functions = [...asToken].filter((id) => template.Resources[id]?.Type === functionType && !otherwise.has(id));
  return new Set(functions);
}

/** Roles that only provider functions assume: what they may do is never used here, and tells nothing of the product. */
export function providerRolesOf(template: Template, providerFunctions: ReadonlySet<string>): Set<string> {
  const roles = new Set<string>();
  for (const logicalId of providerFunctions) {
    for (const role of rolesNamedBy(template.Resources[logicalId])) roles.add(role);
  }
  for (const [logicalId, definition] of Object.entries(template.Resources)) {
    if (definition.Type !== functionType || providerFunctions.has(logicalId)) continue;
    for (const role of rolesNamedBy(definition)) roles.delete(role);
  }
  return roles;
}

function rolesNamedBy(definition: ResourceDefinition | undefined): string[] {
  if (!definition) return [];
  return referencesOf(definition)
    .filter(({ path }) => path[0] === 'Role')
    .map(({ logicalId }) => logicalId);
}
