import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { AwsService, Deliveries, Kernel, ResourceProvider } from '../../kernel/types.ts';
import { createKeyGate } from '../kms/key-gate.ts';
import { BlobStore } from './blob-store.ts';
import { BucketStore } from './bucket-store.ts';
import type { S3Context } from './context.ts';
import { deleteKeys, listKeys, type OriginRead, type OriginResponse, putKey, readKey } from './in-process.ts';
import { sweepLifecycle } from './lifecycle.ts';
import { NotificationOutbox } from './notification-outbox.ts';
import { createProviders } from './providers.ts';
import { createTables } from './schema.ts';
import { S3Service } from './service.ts';
import { UploadStore } from './upload-store.ts';
import { VersionStore } from './version-store.ts';

export type { OriginRead, OriginResponse } from './in-process.ts';

export interface S3 {
  service: AwsService;
  providers: ResourceProvider[];
  hasBucket(name: string): boolean;
  /** Stores an object in-process, durably: what a bucket deployment does. */
  putObject(bucket: string, key: string, body: Uint8Array, headers: Record<string, string>): Promise<void>;
  /** Reads an object in-process, as CloudFront does from its origin; nothing when bucket or key is missing. */
  getObject(bucket: string, key: string, options?: OriginRead): Promise<OriginResponse | undefined>;
  deleteObjects(bucket: string, keys: string[]): Promise<void>;
  /** Keys of the current objects, in order. */
  listKeys(bucket: string): Promise<string[]>;
  /** Applies lifecycle rules as of a moment; runs by itself every minute too. */
  applyLifecycle(nowMs: number): Promise<void>;
}

const lifecycleIntervalMs = 60_000;

export function createS3(kernel: Kernel, deliveries: Pick<Deliveries, 'sendToQueue' | 'putEvent'>): S3 {
  createTables(kernel.database);
  const versions = new VersionStore(kernel.database);
  const uploads = new UploadStore(kernel.database);
  const context: S3Context = {
    kernel,
    blobs: new BlobStore(join(kernel.dataDirectory, 's3'), new Set([...versions.files(), ...uploads.files()]), () =>
      kernel.faults.isDiskFull(),
    ),
    buckets: new BucketStore(kernel.database),
    versions,
    uploads,
    outbox: new NotificationOutbox(kernel, deliveries),
    keys: createKeyGate(kernel),
  };
  const work = startBackgroundWork(context);
  return {
    service: closable(new S3Service(context), work),
    providers: createProviders(context),
    hasBucket: (name) => context.buckets.get(name) !== undefined,
    putObject: (bucket, key, body, headers) => putKey(context, bucket, key, Readable.from([body]), headers),
    getObject: (bucket, key, options) => readKey(context, bucket, key, options),
    deleteObjects: (bucket, keys) => deleteKeys(context, bucket, keys),
    listKeys: async (bucket) => listKeys(context, bucket),
    applyLifecycle: (nowMs) => sweepLifecycle(context, nowMs),
  };
}

interface BackgroundWork {
  close(): Promise<void>;
}

/** Orphan files of a crash go first, and what the last run left in the outbox is delivered. */
function startBackgroundWork(context: S3Context): BackgroundWork {
  const { kernel } = context;
  const report = (error: unknown): void => kernel.log('error', 'S3 housekeeping failed', { error: String(error) });
  let running: Promise<unknown> = context.blobs.opened.catch(report);
  context.outbox.wake();
  const timer = setInterval(() => {
    running = running.then(() => sweepLifecycle(context, kernel.now())).catch(report);
  }, lifecycleIntervalMs);
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      await running;
      await context.outbox.close();
    },
  };
}

function closable(service: S3Service, work: BackgroundWork): AwsService {
  return {
    signingNames: service.signingNames,
    handle: (request) => service.handle(request),
    renderError: (error, request) => service.renderError(error, request),
    close: () => work.close(),
  };
}
