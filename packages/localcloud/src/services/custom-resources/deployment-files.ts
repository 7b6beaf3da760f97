import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { toLocalUrls } from '../../template/local-urls.ts';

/** One directory of a bucket deployment and the markers that CDK left in its files. */
export interface DeploymentSource {
  directory: string;
  /** Marker → what stands there once the stack is deployed. */
  markers: Record<string, string>;
  /** Values land inside JSON strings. */
  jsonEscape: boolean;
}

export interface DeploymentFile {
  /** Relative, with forward slashes. */
  path: string;
  content: Uint8Array;
}

/** All files of the sources, markers replaced; a later source's file replaces an earlier one's. */
export function readDeploymentFiles(sources: readonly DeploymentSource[], endpoint: string): DeploymentFile[] {
  const files = new Map<string, DeploymentFile>();
  for (const source of sources) {
    for (const entry of readdirSync(source.directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const absolute = join(entry.parentPath, entry.name);
      const path = relative(source.directory, absolute).split(sep).join('/');
      files.set(path, { path, content: replaceMarkers(readFileSync(absolute), source, endpoint) });
    }
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** CDK puts markers between constant text, so a public URL is whole, and can be made a local one, only afterwards. */
function replaceMarkers(content: Buffer, { markers, jsonEscape }: DeploymentSource, endpoint: string): Uint8Array {
  const found = Object.entries(markers).filter(([marker]) => content.includes(marker));
  if (found.length === 0) return content;
  const text = found.reduce(
    (before, [marker, value]) =>
      before.replaceAll(marker, () => (jsonEscape ? JSON.stringify(value).slice(1, -1) : value)),
    content.toString('utf8'),
  );
  return Buffer.from(String(toLocalUrls(text, endpoint)));
}
