import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { createTestKernel } from '../src/kernel/testing.ts';
import { createS3 } from '../src/services/s3/index.ts';
import { oracleEndpoint } from './oracle/oracle-endpoint.ts';

/** An S3 endpoint that is driven by SDK clients alone, so that another server can stand in its place. */
export interface S3UnderTest {
  client: S3Client;
  endpoint: string;
  /** Makes an empty bucket with a name of its own. */
  makeBucket(options?: { isVersioned?: boolean; hasLock?: boolean }): Promise<string>;
  close(): Promise<void>;
}

export async function startS3(): Promise<S3UnderTest> {
  const oracle = oracleEndpoint('s3');
  if (!oracle) return startLocal();
  const client = new S3Client({ ...oracle, forcePathStyle: true });
  return { client, endpoint: oracle.endpoint, makeBucket: bucketMaker(client), close: async () => client.destroy() };
}

async function startLocal(): Promise<S3UnderTest> {
  const testKernel = createTestKernel();
  const s3 = createS3(testKernel.kernel, {
    sendToQueue: async () => ({ messageId: '' }),
    putEvent: async () => undefined,
  });
  const { endpoint, credentials, close } = await testKernel.serve([s3.service]);
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1 });
  return {
    client,
    endpoint,
    makeBucket: bucketMaker(client),
    close: async () => {
      client.destroy();
      await close();
      testKernel.cleanup();
    },
  };
}

function bucketMaker(client: S3Client): S3UnderTest['makeBucket'] {
  return async ({ isVersioned = false, hasLock = false } = {}) => {
    const Bucket = `conformance-${randomBytes(8).toString('hex')}`;
    await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: hasLock }));
    if (isVersioned) {
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    }
    return Bucket;
  };
}

export interface Refusal {
  name: string;
  status: number | undefined;
  message: string;
}

/** What a call is refused with. Errors: the call succeeds, or fails without an answer. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    return { name: error.name, status: error.$metadata.httpStatusCode, message: error.message };
  }
  throw new Error('the call was not refused');
}
