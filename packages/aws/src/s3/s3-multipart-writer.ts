import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/**
 * Each part is paid for, and so are a beginning and an end of parts: a file of the usual size is one object without any.
 * One part is held in memory, with its copy that is under way; 10,000 of them are 640 GB.
 */
const defaultPartBytes = 64 * 1024 * 1024;

interface Target {
  Bucket: string;
  Key: string;
}

interface Upload extends Target {
  UploadId: string;
}

/** Writes one object from pieces of any size; it appears whole at the end or not at all. */
export class S3MultipartWriter {
  readonly #client: S3Client;
  readonly #target: Target;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #parts: { ETag: string; PartNumber: number }[] = [];
  #buffered = 0;
  #written = 0;
  #upload: Upload | undefined;

  constructor(client: S3Client, target: Target, partBytes = defaultPartBytes) {
    this.#client = client;
    this.#target = target;
    this.#buffer = new Uint8Array(partBytes);
  }

  async write(pieces: AsyncIterable<Uint8Array>): Promise<{ sizeBytes: number }> {
    try {
      for await (const piece of pieces) await this.#append(piece);
      await this.#finish();
      return { sizeBytes: this.#written };
    } catch (error) {
      if (this.#upload !== undefined) await this.#client.send(new AbortMultipartUploadCommand(this.#upload));
      throw error;
    }
  }

  async #append(piece: Uint8Array): Promise<void> {
    for (let taken = 0; taken < piece.length; ) {
      if (this.#buffered === this.#buffer.length) await this.#sendPart();
      const slice = piece.subarray(taken, taken + this.#buffer.length - this.#buffered);
      this.#buffer.set(slice, this.#buffered);
      this.#buffered += slice.length;
      taken += slice.length;
    }
    this.#written += piece.length;
  }

  async #sendPart(): Promise<void> {
    this.#upload ??= await this.#start();
    const PartNumber = this.#parts.length + 1;
    const Body = this.#buffer.slice(0, this.#buffered);
    const { ETag } = await this.#client.send(new UploadPartCommand({ ...this.#upload, PartNumber, Body }));
    if (ETag === undefined) throw new Error('a part was stored without an entity tag');
    this.#parts.push({ ETag, PartNumber });
    this.#buffered = 0;
  }

  async #start(): Promise<Upload> {
    const { UploadId } = await this.#client.send(
      new CreateMultipartUploadCommand({ ...this.#target, ContentType: 'application/octet-stream' }),
    );
    if (UploadId === undefined) throw new Error('a multipart upload began without an id');
    return { ...this.#target, UploadId };
  }

  async #finish(): Promise<void> {
    if (this.#upload === undefined) {
      const Body = this.#buffer.slice(0, this.#buffered);
      await this.#client.send(new PutObjectCommand({ ...this.#target, Body, ContentType: 'application/octet-stream' }));
      return;
    }
    if (this.#buffered > 0) await this.#sendPart();
    await this.#client.send(
      new CompleteMultipartUploadCommand({ ...this.#upload, MultipartUpload: { Parts: this.#parts } }),
    );
  }
}
