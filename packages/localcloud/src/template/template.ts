import { readFileSync } from 'node:fs';

/** A CloudFormation resource as synthesized, its intrinsics not yet evaluated. */
export interface ResourceDefinition {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  Condition?: string;
}

export interface OutputDefinition {
  Value: unknown;
  Condition?: string;
  Export?: { Name: unknown };
}

export interface ParameterDefinition {
  Type: string;
  Default?: unknown;
}

export interface Template {
  Parameters: Record<string, ParameterDefinition>;
  Mappings: Record<string, unknown>;
  Conditions: Record<string, unknown>;
  Resources: Record<string, ResourceDefinition>;
  Outputs: Record<string, OutputDefinition>;
}

const playedSections = new Set(['Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs']);
/** Sections that say nothing about what is created; CDK's only rule checks the bootstrap version of a real account. */
const inertSections = new Set(['AWSTemplateFormatVersion', 'Description', 'Metadata']);
const inertRules = new Set(['CheckBootstrapVersion']);
const playedResourceKeys = new Set(['Type', 'Properties', 'DependsOn', 'Condition']);
/** Here nothing is deleted or replaced, and metadata is for tools. */
const inertResourceKeys = new Set(['Metadata', 'DeletionPolicy', 'UpdateReplacePolicy']);

/** Reads a template. Errors: a section or resource attribute that localcloud would have to act on and does not know. */
export function readTemplate(path: string, stackName: string): Template {
  const parsed = JSON.parse(readFileSync(path, 'utf8')) as Partial<Template> & Record<string, unknown>;
  for (const section of Object.keys(parsed)) {
    const known = playedSections.has(section) || inertSections.has(section);
    if (!known && !(section === 'Rules' && onlyInertRules(parsed[section]))) {
      throw new Error(`Stack ${stackName}: the template section ${section} is not understood.`);
    }
  }
  const resources = parsed.Resources ?? {};
  for (const [logicalId, resource] of Object.entries(resources)) checkResourceKeys(stackName, logicalId, resource);
  return {
    Parameters: parsed.Parameters ?? {},
    Mappings: parsed.Mappings ?? {},
    Conditions: parsed.Conditions ?? {},
    Resources: resources,
    Outputs: parsed.Outputs ?? {},
  };
}

function onlyInertRules(rules: unknown): boolean {
  return Object.keys(rules ?? {}).every((name) => inertRules.has(name));
}

function checkResourceKeys(stackName: string, logicalId: string, resource: ResourceDefinition): void {
  for (const key of Object.keys(resource)) {
    if (!playedResourceKeys.has(key) && !inertResourceKeys.has(key)) {
      throw new Error(`Stack ${stackName}, resource ${logicalId}: the attribute ${key} is not understood.`);
    }
  }
}
