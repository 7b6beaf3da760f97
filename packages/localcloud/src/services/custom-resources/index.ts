import { createHash } from 'node:crypto';
import { type Kernel, notImplemented, type ResourceProvider, type TemplateResource } from '../../kernel/types.ts';
import { findAssetDirectory } from '../assets/asset-manifest.ts';
import { contentTypeOf } from './content-types.ts';
import { type DeploymentFile, readDeploymentFiles } from './deployment-files.ts';

export interface CustomResourceDependencies {
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  putObject(bucket: string, key: string, body: Uint8Array, headers: Record<string, string>): Promise<void>;
  deleteObjects(bucket: string, keys: string[]): Promise<void>;
  listKeys(bucket: string): Promise<string[]>;
}

/** CDK's bucket deployment, interpreted: its own function needs Python and the AWS command line, and is never run. */
export function createCustomResources(
  kernel: Kernel,
  dependencies: CustomResourceDependencies,
): { providers: ResourceProvider[] } {
  kernel.database.exec(
    `CREATE TABLE IF NOT EXISTS deployment_state (resource TEXT PRIMARY KEY, fingerprint TEXT NOT NULL) STRICT`,
  );
  return {
    providers: [
      {
        type: 'Custom::CDKBucketDeployment',
        understood: [
          'DestinationBucketKeyPrefix',
          'DestinationBucketName',
          'Prune',
          'SourceBucketNames',
          'SourceMarkers',
          'SourceMarkersConfig',
          'SourceObjectKeys',
          'SystemMetadata',
          'UserMetadata',
        ],
        harmless: {
          DestinationBucketArn: 'the bucket is found by its name',
          DistributionId: 'nothing is cached',
          DistributionPaths: 'nothing is cached',
          OutputObjectKeys: 'the keys are always answered',
          RetainOnDelete: 'nothing is deleted here but by clearing the data directory',
          ServiceToken: 'names the function that is not run',
          WaitForDistributionInvalidation: 'nothing is cached',
        },
        provision: (resource) => deploy(kernel, dependencies, resource),
      },
    ],
  };
}

async function deploy(
  kernel: Kernel,
  dependencies: CustomResourceDependencies,
  resource: TemplateResource,
): Promise<{ ref: string; attributes: Record<string, unknown> }> {
  const { properties, stackName, logicalId } = resource;
  const bucket = String(properties.DestinationBucketName);
  const prefix = String(properties.DestinationBucketKeyPrefix ?? '').replace(/^\/|\/$/g, '');
  const folder = prefix === '' ? '' : `${prefix}/`;
  const files = readDeploymentFiles(readSources(resource), dependencies.endpoint);
  const headers = readHeaders(properties);
  const name = `${stackName}/${logicalId}`;
  const fingerprint = fingerprintOf(bucket, folder, headers, files);
  if (readFingerprint(kernel, name) !== fingerprint) {
    for (const { path, content } of files) {
      const type = { 'content-type': contentTypeOf(path) };
      await dependencies.putObject(bucket, folder + path, content, { ...type, ...headers });
    }
    if (properties.Prune !== false) await prune(dependencies, bucket, folder, files);
    writeFingerprint(kernel, name, fingerprint);
  }
  const attributes = { DestinationBucketArn: `arn:aws:s3:::${bucket}`, SourceObjectKeys: properties.SourceObjectKeys };
  return { ref: `aws.cdk.s3deployment.${kernel.physicalName(stackName, logicalId)}`, attributes };
}

function readSources({ properties, assemblyDirectory }: TemplateResource) {
  const keys = list(properties.SourceObjectKeys).map(String);
  const markers = list(properties.SourceMarkers) as Record<string, string>[];
  const configs = list(properties.SourceMarkersConfig) as { jsonEscape?: unknown }[];
  if (keys.length === 0) throw notImplemented('a bucket deployment without sources');
  return keys.map((key, index) => ({
    directory: findAssetDirectory(assemblyDirectory, key),
    markers: markers[index] ?? {},
    jsonEscape: String(configs[index]?.jsonEscape) === 'true',
  }));
}

function readHeaders(properties: Record<string, unknown>): Record<string, string> {
  const system = (properties.SystemMetadata ?? {}) as Record<string, string>;
  const user = Object.entries((properties.UserMetadata ?? {}) as Record<string, string>);
  return { ...system, ...Object.fromEntries(user.map(([name, value]) => [`x-amz-meta-${name}`, value])) };
}

async function prune(
  { listKeys, deleteObjects }: CustomResourceDependencies,
  bucket: string,
  folder: string,
  files: readonly DeploymentFile[],
): Promise<void> {
  const kept = new Set(files.map(({ path }) => folder + path));
  const stale = (await listKeys(bucket)).filter((key) => key.startsWith(folder) && !kept.has(key));
  if (stale.length > 0) await deleteObjects(bucket, stale);
}

/** A start that would deploy what lies there already makes no new object versions. */
function fingerprintOf(
  bucket: string,
  folder: string,
  headers: Record<string, string>,
  files: readonly DeploymentFile[],
): string {
  const hash = createHash('sha256').update(JSON.stringify([bucket, folder, headers]));
  for (const { path, content } of files) hash.update(`\n${path}\n${content.length}\n`).update(content);
  return hash.digest('hex');
}

function readFingerprint({ database }: Kernel, name: string): string | undefined {
  const row = database.prepare('SELECT fingerprint FROM deployment_state WHERE resource = ?').get(name);
  return row === undefined ? undefined : String(row.fingerprint);
}

function writeFingerprint({ database }: Kernel, name: string, fingerprint: string): void {
  database
    .prepare(
      'INSERT INTO deployment_state (resource, fingerprint) VALUES (?, ?) ON CONFLICT (resource) DO UPDATE SET fingerprint = excluded.fingerprint',
    )
    .run(name, fingerprint);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
