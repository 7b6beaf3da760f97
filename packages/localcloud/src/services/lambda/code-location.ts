import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { notImplemented, type TemplateResource } from '../../kernel/types.ts';
import { findAssetDirectory } from '../assets/asset-manifest.ts';

/** Where a function's code lies unpacked: the asset's directory, or inline code written out as `index.js`. */
export function locateCode(resource: TemplateResource, dataDirectory: string, functionName: string): string {
  const code = resource.properties.Code as { S3Key?: unknown; ZipFile?: unknown } | undefined;
  if (typeof code?.ZipFile === 'string') return writeInlineCode(code.ZipFile, dataDirectory, functionName);
  if (typeof code?.S3Key === 'string') return findAssetDirectory(resource.assemblyDirectory, code.S3Key);
  throw notImplemented(`the code of ${resource.stackName}/${resource.logicalId}: neither an asset nor inline`);
}

function writeInlineCode(source: string, dataDirectory: string, functionName: string): string {
  const directory = join(dataDirectory, 'lambda', functionName);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'index.js'), source);
  return directory;
}
