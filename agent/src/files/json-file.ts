import type * as z from 'zod';
import { readFileIfAny, replaceFile } from './durable-file.ts';

/** A file of the agent's own holds what it should not: named, so that a person can look at it. */
export class CorruptFileError extends Error {
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`${path} is damaged`, { cause });
    this.name = 'CorruptFileError';
    this.path = path;
  }
}

/** One small JSON document on disk, parsed on every read and replaced whole and durably. */
export class JsonFile<S extends z.ZodType> {
  readonly path: string;
  readonly #schema: S;

  constructor(path: string, schema: S) {
    this.path = path;
    this.#schema = schema;
  }

  /** @throws CorruptFileError */
  async read(): Promise<z.output<S> | undefined> {
    const bytes = await readFileIfAny(this.path);
    if (!bytes) return undefined;
    try {
      return this.#schema.parse(JSON.parse(bytes.toString('utf8')));
    } catch (cause) {
      throw new CorruptFileError(this.path, cause);
    }
  }

  async write(value: z.input<S>): Promise<void> {
    await replaceFile(this.path, `${JSON.stringify(value, null, 2)}\n`);
  }
}
