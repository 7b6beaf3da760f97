import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../scripts/build.ts';

/** What the system tests run: synthesized once before them. */
export const assemblyDirectory = join(repository, '.build', 'test-assembly');

export interface SynthesizedResource {
  stack: string;
  logicalId: string;
  type: string;
  properties: Record<string, unknown>;
  deletionPolicy: string | undefined;
}

/** Every resource of every stack. */
export function synthesizedResources(directory = assemblyDirectory): SynthesizedResource[] {
  const templates = readdirSync(directory).filter((file) => file.endsWith('.template.json'));
  return templates.flatMap((file) => {
    const template = JSON.parse(readFileSync(join(directory, file), 'utf8')) as {
      Resources: Record<string, { Type: string; Properties?: Record<string, unknown>; DeletionPolicy?: string }>;
    };
    return Object.entries(template.Resources).map(([logicalId, resource]) => ({
      stack: file.replace('.template.json', ''),
      logicalId,
      type: resource.Type,
      properties: resource.Properties ?? {},
      deletionPolicy: resource.DeletionPolicy,
    }));
  });
}

export const resourcesOfType = (type: string) => synthesizedResources().filter((resource) => resource.type === type);
