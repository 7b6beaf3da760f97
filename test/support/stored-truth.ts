import type { Recording, RecordingId } from '@afterimage/contracts';
import { idToBytes } from '@afterimage/contracts';
import {
  assembleScreenPackets,
  deriveEpochKey,
  readFooter,
  readTrailer,
  readWrappedKeyPlaintext,
  ScreenDecoder,
  type SegmentIndexEntry,
} from '@afterimage/recording';
import { createNodeZstd } from '@afterimage/recording/zstd-node';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { resourceName, type Stack } from './stack.ts';

export type Row = Record<string, unknown>;

/** Looks behind the product, with the operator's own key. */
export class StoredTruth {
  readonly database: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly #kms: KMSClient;
  readonly #stack: Stack;

  constructor(stack: Stack) {
    this.#stack = stack;
    this.database = DynamoDBDocumentClient.from(new DynamoDBClient(stack.rootClient));
    this.s3 = new S3Client({ ...stack.rootClient, forcePathStyle: true });
    this.#kms = new KMSClient(stack.rootClient);
  }

  async row(table: string, pk: string, sk: string): Promise<Row | undefined> {
    const TableName = resourceName(this.#stack, table);
    const { Item } = await this.database.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }));
    return Item;
  }

  async rows(table: string, pk: string): Promise<Row[]> {
    const query = {
      TableName: resourceName(this.#stack, table),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    };
    const found: Row[] = [];
    for await (const { Items } of paginateQuery({ client: this.database }, query)) found.push(...(Items ?? []));
    return found;
  }

  /** Changes one attribute of a row's data, as time or a fault would. */
  async change(table: string, pk: string, sk: string, attribute: string, value: unknown): Promise<void> {
    await this.database.send(
      new UpdateCommand({
        TableName: resourceName(this.#stack, table),
        Key: { pk, sk },
        UpdateExpression: 'SET #data.#attribute = :value',
        ExpressionAttributeNames: { '#data': 'data', '#attribute': attribute },
        ExpressionAttributeValues: { ':value': value },
        ConditionExpression: 'attribute_exists(pk)',
      }),
    );
  }

  async putObject(bucket: string, key: string, bytes: Uint8Array): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: resourceName(this.#stack, bucket), Key: key, Body: bytes }));
  }

  async object(bucket: string, key: string): Promise<Uint8Array> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: resourceName(this.#stack, bucket), Key: key }));
    if (Body === undefined) throw new Error(`${key} has no body`);
    return Body.transformToByteArray();
  }

  async objectKeys(bucket: string, prefix: string): Promise<string[]> {
    const found: string[] = [];
    const input = { Bucket: resourceName(this.#stack, bucket), Prefix: prefix };
    for await (const { Contents } of paginateListObjectsV2({ client: this.s3 }, input)) {
      found.push(...(Contents ?? []).flatMap(({ Key }) => Key ?? []));
    }
    return found;
  }

  /** Every picture of a sealed recording's file, in order. */
  async pictures(recording: Recording): Promise<Uint32Array[]> {
    const [file] = recording.files;
    if (file === undefined) throw new Error(`${recording.recordingId} has no file`);
    const bytes = await this.object('Recordings', file.objectKey);
    const pictures = await readPictures(bytes, recording.recordingId, await this.dataKey(recording));
    return pictures.map(({ pixels }) => pixels);
  }

  /** The key that opens a recording, as nobody but the playback function may have it. */
  async dataKey({ recordingId, agentId }: Pick<Recording, 'recordingId' | 'agentId'>): Promise<Uint8Array> {
    const row = await this.row('RecordingKeys', `REC#${recordingId}`, 'KEY');
    if (row === undefined) throw new Error(`${recordingId} has no key`);
    const { wrappedKey, wrappingKeyId } = row.data as { wrappedKey: string; wrappingKeyId: string };
    const { Plaintext } = await this.#kms.send(
      new DecryptCommand({
        KeyId: wrappingKeyId,
        CiphertextBlob: Buffer.from(wrappedKey, 'base64'),
        EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
      }),
    );
    if (Plaintext === undefined) throw new Error('KMS returned nothing');
    return readWrappedKeyPlaintext(Plaintext, idToBytes(recordingId), idToBytes(agentId));
  }

  close(): void {
    this.database.destroy();
    this.s3.destroy();
    this.#kms.destroy();
  }
}

/** The segments of a finished file, found from its end. */
export async function readFileIndex(file: Uint8Array): Promise<SegmentIndexEntry[]> {
  const trailer = readTrailer(file);
  const { footerOffset, footerLengthBytes } = trailer;
  return readFooter(file.subarray(footerOffset, footerOffset + footerLengthBytes), trailer);
}

/** Every picture of a finished file, in order, with its time. */
export async function readPictures(
  file: Uint8Array,
  recordingId: RecordingId,
  dataKey: Uint8Array,
): Promise<{ fromMs: number; pixels: Uint32Array }[]> {
  const decoder = new ScreenDecoder({ zstd: createNodeZstd() });
  const access = {
    read: async ({ offset, lengthBytes }: SegmentIndexEntry) => file.subarray(offset, offset + lengthBytes),
    epochKey: (epoch: number) => deriveEpochKey(dataKey, idToBytes(recordingId), epoch),
  };
  const pictures: { fromMs: number; pixels: Uint32Array }[] = [];
  for await (const record of assembleScreenPackets(await readFileIndex(file), access)) {
    if (record.type !== 'screen') continue;
    pictures.push({ fromMs: record.timeMs, pixels: decoder.decode(record.bytes).picture.pixels.slice() });
  }
  return pictures;
}
