import { validation } from './errors.ts';

/** Typed reads of a KMS request's JSON. Blobs arrive in base64. */
export class RequestInput {
  readonly #members: Record<string, unknown>;

  constructor(body: Uint8Array) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(Buffer.from(body).toString('utf8'));
    } catch {
      throw validation('The request body is not JSON.');
    }
    this.#members = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  }

  text(name: string): string | undefined {
    const value = this.#members[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw invalid(name);
    return value;
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw invalid(name);
    return value;
  }

  blob(name: string, largestBytes: number): Buffer {
    const bytes = Buffer.from(this.requiredText(name), 'base64');
    if (bytes.length === 0 || bytes.length > largestBytes) throw invalid(name);
    return bytes;
  }

  number(name: string): number | undefined {
    const value = this.#members[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw invalid(name);
    return value;
  }

  /** `EncryptionContext`: text to text. */
  pairs(name: string): Record<string, string> {
    const value = this.#members[name] ?? {};
    if (typeof value !== 'object') throw invalid(name);
    return Object.fromEntries(
      Object.entries(value).map(([key, item]: [string, unknown]) => {
        if (typeof item !== 'string') throw invalid(name);
        return [key, item];
      }),
    );
  }

  has(name: string): boolean {
    return this.#members[name] !== undefined && this.#members[name] !== null;
  }
}

function invalid(name: string): Error {
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  return validation(`1 validation error detected: Value at '${member}' failed to satisfy constraint`);
}
