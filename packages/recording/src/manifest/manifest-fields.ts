import { RecordingFormatError } from '../errors/recording-format-error.ts';

const MAX_TEXT_LENGTH = 8192;
const MAX_LIST_LENGTH = 100_000;
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const RFC3339_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;

/** Reads the members of one JSON object; each method throws `RecordingFormatError` (`bad-manifest`) on another type. */
export class ManifestFields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`${path} is no object`);
    this.#object = value as Record<string, unknown>;
    this.#path = path;
  }

  text(name: string): string {
    const value = this.#object[name];
    if (typeof value !== 'string' || value.length > MAX_TEXT_LENGTH) throw this.#bad(name, 'text');
    return value;
  }

  oneOf<Text extends string>(name: string, texts: readonly Text[]): Text {
    const value = texts.find((text) => text === this.#object[name]);
    if (value === undefined) throw this.#bad(name, texts.join(' or '));
    return value;
  }

  hex(name: string, length: number): string {
    const value = this.text(name);
    if (value.length !== length * 2 || !/^[0-9a-f]*$/.test(value)) throw this.#bad(name, `${length} bytes in hex`);
    return value;
  }

  /** `rec_` or the like and a ULID. */
  id(name: string, prefix: string): string {
    const value = this.text(name);
    if (!value.startsWith(prefix) || !ULID.test(value.slice(prefix.length)))
      throw this.#bad(name, `an id in ${prefix}`);
    return value;
  }

  orNull<Value>(name: string, read: (name: string) => Value): Value | null {
    return this.#object[name] === null ? null : read(name);
  }

  time(name: string): string {
    const value = this.text(name);
    if (!RFC3339_UTC.test(value) || Number.isNaN(Date.parse(value))) throw this.#bad(name, 'a time in UTC');
    return value;
  }

  integer(name: string, low: number = Number.MIN_SAFE_INTEGER): number {
    const value = this.#object[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < low) throw this.#bad(name, 'an integer');
    return value;
  }

  flag(name: string): boolean {
    const value = this.#object[name];
    if (typeof value !== 'boolean') throw this.#bad(name, 'true or false');
    return value;
  }

  object<Value>(name: string, read: (fields: ManifestFields) => Value): Value {
    return read(new ManifestFields(this.#object[name], `${this.#path}.${name}`));
  }

  list<Value>(name: string, read: (fields: ManifestFields) => Value): Value[] {
    const value = this.#object[name];
    if (!Array.isArray(value) || value.length > MAX_LIST_LENGTH) throw this.#bad(name, 'a list');
    return value.map((item, index) => read(new ManifestFields(item, `${this.#path}.${name}[${index}]`)));
  }

  #bad(name: string, expected: string): RecordingFormatError {
    return bad(`${this.#path}.${name} is not ${expected}`);
  }
}

function bad(reason: string): RecordingFormatError {
  return new RecordingFormatError('bad-manifest', reason);
}
