import { randomBytes } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from './checksums.ts';
import type { ObjectDraft } from './object-version.ts';

/** The object to be, and which checksum its parts must carry. */
export interface UploadDraft extends ObjectDraft {
  checksum?: { algorithm: ChecksumAlgorithm; type: ChecksumType };
}

export interface Upload {
  uploadId: string;
  bucket: string;
  key: string;
  initiatedMs: number;
  draft: UploadDraft;
}

export interface Part {
  partNumber: number;
  modifiedMs: number;
  sizeBytes: number;
  /** Hexadecimal: the part's ETag. */
  md5: string;
  checksum?: Checksum;
  file: string;
}

type Row = Record<string, SQLOutputValue>;

/** Rows of multipart uploads under way. Methods that write must run inside a `kernel.commit`. */
export class UploadStore {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(database: DatabaseSync) {
    this.#statements = prepareStatements(database);
  }

  create(bucket: string, key: string, initiatedMs: number, draft: UploadDraft): Upload {
    const uploadId = randomBytes(48).toString('base64url');
    this.#statements.insert.run(uploadId, bucket, key, initiatedMs, JSON.stringify(draft));
    return { uploadId, bucket, key, initiatedMs, draft };
  }

  find(uploadId: string): Upload | undefined {
    const row = this.#statements.find.get(uploadId);
    return row === undefined ? undefined : parseUpload(row);
  }

  /** Uploads of a bucket by key and id, after the given place. */
  list(bucket: string, keyMarker: string, uploadIdMarker: string, limit: number): Upload[] {
    return this.#statements.list.all(bucket, keyMarker, keyMarker, uploadIdMarker, limit).map(parseUpload);
  }

  parts(uploadId: string, afterNumber: number, limit: number): Part[] {
    return this.#statements.parts.all(uploadId, afterNumber, limit).map(parsePart);
  }

  /** Stores a part; answers the file of the part of that number before it, if any. */
  putPart(uploadId: string, part: Part): string[] {
    const row = this.#statements.partFile.get(uploadId, part.partNumber);
    this.#statements.putPart.run(
      uploadId,
      part.partNumber,
      part.modifiedMs,
      part.sizeBytes,
      part.md5,
      JSON.stringify(part.checksum ?? null),
      part.file,
    );
    return row === undefined ? [] : [String(row.file)];
  }

  /** Forgets an upload and its parts; answers the parts' files. */
  remove(uploadId: string): string[] {
    const files = this.#statements.files.all(uploadId).map((row) => String(row.file));
    this.#statements.eraseParts.run(uploadId);
    this.#statements.erase.run(uploadId);
    return files;
  }

  /** Every file that a part names. */
  files(): string[] {
    return this.#statements.allFiles.all().map((row) => String(row.file));
  }
}

function prepareStatements(database: DatabaseSync) {
  return {
    insert: database.prepare(
      'INSERT INTO s3_upload (upload_id, bucket, key, initiated_ms, draft) VALUES (?, ?, ?, ?, ?)',
    ),
    find: database.prepare('SELECT * FROM s3_upload WHERE upload_id = ?'),
    list: database.prepare(
      `SELECT * FROM s3_upload WHERE bucket = ? AND (key > ? OR (key = ? AND upload_id > ?))
       ORDER BY key, upload_id LIMIT ?`,
    ),
    erase: database.prepare('DELETE FROM s3_upload WHERE upload_id = ?'),
    parts: database.prepare(
      'SELECT * FROM s3_part WHERE upload_id = ? AND part_number > ? ORDER BY part_number LIMIT ?',
    ),
    partFile: database.prepare('SELECT file FROM s3_part WHERE upload_id = ? AND part_number = ?'),
    putPart: database.prepare(
      `INSERT OR REPLACE INTO s3_part (upload_id, part_number, modified_ms, size_bytes, md5, checksum, file)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    files: database.prepare('SELECT file FROM s3_part WHERE upload_id = ?'),
    eraseParts: database.prepare('DELETE FROM s3_part WHERE upload_id = ?'),
    allFiles: database.prepare('SELECT file FROM s3_part'),
  };
}

function parseUpload(row: Row): Upload {
  return {
    uploadId: String(row.upload_id),
    bucket: String(row.bucket),
    key: String(row.key),
    initiatedMs: Number(row.initiated_ms),
    draft: JSON.parse(String(row.draft)) as UploadDraft,
  };
}

function parsePart(row: Row): Part {
  const checksum = JSON.parse(String(row.checksum)) as Checksum | null;
  return {
    partNumber: Number(row.part_number),
    modifiedMs: Number(row.modified_ms),
    sizeBytes: Number(row.size_bytes),
    md5: String(row.md5),
    ...(checksum === null ? {} : { checksum }),
    file: String(row.file),
  };
}
