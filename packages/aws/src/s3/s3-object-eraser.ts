import type { ObjectEraser } from '@afterimage/core';
import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ReadableBuckets } from './s3-grants.ts';

/** Removes objects for good: in a versioned bucket that means each version and each delete marker. */
export class S3ObjectEraser implements ObjectEraser {
  readonly #client: S3Client;
  readonly #buckets: ReadableBuckets;

  constructor(client: S3Client, buckets: ReadableBuckets) {
    this.#client = client;
    this.#buckets = buckets;
  }

  /** Listing of all versions under a prefix, page by page, and a delete of each page. */
  async eraseUnder({ store, prefix }: Parameters<ObjectEraser['eraseUnder']>[0]): Promise<number> {
    const Bucket = this.#buckets[store];
    let retained = 0;
    for await (const page of this.#pages({ Bucket, Prefix: prefix })) {
      retained += await this.#erase(Bucket, versionsOf(page));
    }
    return retained;
  }

  async *#pages(place: { Bucket: string; Prefix: string }): AsyncGenerator<ListObjectVersionsCommandOutput> {
    let after: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
    while (after !== undefined) {
      const page: ListObjectVersionsCommandOutput = await this.#client.send(
        new ListObjectVersionsCommand({ ...place, ...after }),
      );
      yield page;
      const { IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
      after =
        IsTruncated === true && NextKeyMarker !== undefined
          ? { KeyMarker: NextKeyMarker, ...(NextVersionIdMarker && { VersionIdMarker: NextVersionIdMarker }) }
          : undefined;
    }
  }

  async #erase(Bucket: string, Objects: ObjectIdentifier[]): Promise<number> {
    if (Objects.length === 0) return 0;
    const { Errors = [] } = await this.#client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    const failed = Errors.find((error) => !isLocked(error));
    if (failed !== undefined) throw new Error(`an object could not be removed: ${failed.Code}`);
    return Errors.length;
  }
}

function versionsOf({ Versions = [], DeleteMarkers = [] }: ListObjectVersionsCommandOutput): ObjectIdentifier[] {
  return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
}

/** A retention rule refuses with the code that a missing permission has; only its words differ. */
function isLocked({ Code, Message }: { Code?: string | undefined; Message?: string | undefined }): boolean {
  return Code === 'AccessDenied' && /object lock/i.test(Message ?? '');
}
