import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { notImplemented } from '../../kernel/types.ts';

/** `STACK.assets.json` of a synthesized app, as far as it is read here. */
interface AssetManifest {
  files?: Record<
    string,
    { source: { path?: string }; destinations: Record<string, { objectKey: string }> } | undefined
  >;
}

/**
 * Finds the directory that a template names by the key it would have in the bootstrap bucket.
 * Errors: no manifest of the app names the key; the asset is a zip and not a directory (501).
 */
export function findAssetDirectory(assemblyDirectory: string, objectKey: string): string {
  const path = findAssetPath(assemblyDirectory, objectKey);
  if (path === undefined) {
    throw new Error(`No asset manifest in ${assemblyDirectory} names the asset ${objectKey}`);
  }
  if (!statSync(path).isDirectory()) throw notImplemented(`assets that are no directories (${objectKey})`);
  return path;
}

function findAssetPath(assemblyDirectory: string, objectKey: string): string | undefined {
  for (const name of readdirSync(assemblyDirectory).filter((file) => file.endsWith('.assets.json'))) {
    const manifest = JSON.parse(readFileSync(join(assemblyDirectory, name), 'utf8')) as AssetManifest;
    for (const file of Object.values(manifest.files ?? {})) {
      const keys = Object.values(file?.destinations ?? {}).map((destination) => destination.objectKey);
      if (file?.source.path !== undefined && keys.includes(objectKey)) return join(assemblyDirectory, file.source.path);
    }
  }
  return undefined;
}
