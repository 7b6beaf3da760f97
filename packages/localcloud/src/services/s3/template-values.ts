/**
 * Reads of untyped template properties. CloudFormation hands booleans and numbers over as text too, so both are taken.
 * Errors: a value of the wrong shape throws with the property's path, which fails the start.
 */
export class TemplateValue {
  readonly path: string;
  readonly #value: unknown;

  constructor(value: unknown, path: string) {
    this.#value = value;
    this.path = path;
  }

  get isPresent(): boolean {
    return this.#value !== undefined && this.#value !== null;
  }

  get(name: string): TemplateValue {
    return new TemplateValue(this.#record()[name], `${this.path}.${name}`);
  }

  list(): TemplateValue[] {
    if (!this.isPresent) return [];
    if (!Array.isArray(this.#value)) throw this.#wrong('a list');
    return this.#value.map((item: unknown, index) => new TemplateValue(item, `${this.path}[${index}]`));
  }

  text(): string | undefined {
    if (!this.isPresent) return undefined;
    if (typeof this.#value === 'string') return this.#value;
    if (typeof this.#value === 'number' || typeof this.#value === 'boolean') return String(this.#value);
    throw this.#wrong('text');
  }

  requiredText(): string {
    const text = this.text();
    if (text === undefined) throw this.#wrong('present');
    return text;
  }

  number(): number | undefined {
    const text = this.text();
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value)) throw this.#wrong('a number');
    return value;
  }

  flag(): boolean {
    const text = this.text();
    if (text === undefined) return false;
    if (text !== 'true' && text !== 'false') throw this.#wrong('a boolean');
    return text === 'true';
  }

  /** Fails on a member that this code does not know, so that nothing of a template is dropped in silence. */
  only(...names: string[]): this {
    for (const name of Object.keys(this.#record())) {
      if (!names.includes(name)) throw new Error(`${this.path}.${name} is not understood by localcloud`);
    }
    return this;
  }

  #record(): Record<string, unknown> {
    if (!this.isPresent) return {};
    if (typeof this.#value !== 'object' || Array.isArray(this.#value)) throw this.#wrong('an object');
    return { ...this.#value };
  }

  #wrong(expected: string): Error {
    return new Error(`${this.path} must be ${expected}`);
  }
}
