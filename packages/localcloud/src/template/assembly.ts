import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTemplate, type Template } from './template.ts';
import { topologicalOrder } from './topological-order.ts';

export interface AssemblyStack {
  stackName: string;
  template: Template;
}

interface Artifact {
  type: string;
  dependencies?: string[];
  properties?: { templateFile?: string; stackName?: string; parameters?: Record<string, unknown> };
}

/** Loads the stacks of a synthesized app (`cdk.out`), each after those it depends on. */
export function loadAssembly(assemblyDirectory: string): AssemblyStack[] {
  const manifestPath = join(assemblyDirectory, 'manifest.json');
  if (!existsSync(manifestPath))
    throw new Error(`${assemblyDirectory} holds no synthesized app (manifest.json is missing).`);
  const { artifacts } = JSON.parse(readFileSync(manifestPath, 'utf8')) as { artifacts: Record<string, Artifact> };
  const stacks = new Map<string, Artifact>();
  for (const [id, artifact] of Object.entries(artifacts)) {
    if (artifact.type === 'aws:cloudformation:stack') stacks.set(id, artifact);
    if (artifact.type === 'cdk:cloud-assembly')
      throw new Error(`Stages (${id}) are not understood: give a stage's own directory.`);
  }
  const order = topologicalOrder([...stacks.keys()], (id) =>
    (stacks.get(id)?.dependencies ?? []).filter((dependency) => stacks.has(dependency)),
  );
  return order.map((id) => loadStack(assemblyDirectory, id, stacks.get(id)));
}

function loadStack(assemblyDirectory: string, id: string, artifact: Artifact | undefined): AssemblyStack {
  const stackName = artifact?.properties?.stackName ?? id;
  const templateFile = artifact?.properties?.templateFile;
  if (templateFile === undefined) throw new Error(`Stack ${stackName} has no template file in the manifest.`);
  const template = readTemplate(join(assemblyDirectory, templateFile), stackName);
  for (const [name, value] of Object.entries(artifact?.properties?.parameters ?? {})) {
    const definition = template.Parameters[name];
    if (definition) definition.Default = value;
  }
  return { stackName, template };
}
