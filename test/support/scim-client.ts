import { scimMediaType, scimUrns } from '@afterimage/contracts';

export interface ScimAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | null;
  readonly json: Record<string, unknown>;
  /** Of the resource, where it is one. */
  readonly id: string;
  /** Of the resources, where it is a list. */
  readonly ids: string[];
}

/** Sends what an identity provider sends, byte for byte, and reads whatever comes back. */
export class ScimClient {
  readonly #options: { url: string; token: string; userAgent: string };

  constructor(options: { url: string; token: string; userAgent: string }) {
    this.#options = options;
  }

  get = (path: string) => this.#send('GET', path);
  post = (path: string, body: object) => this.#send('POST', path, body);
  put = (path: string, body: object) => this.#send('PUT', path, body);
  patch = (path: string, operations: readonly object[]) =>
    this.#send('PATCH', path, { schemas: [scimUrns.patchOp], Operations: operations });
  delete = (path: string) => this.#send('DELETE', path);

  async #send(method: string, path: string, body?: object): Promise<ScimAnswer> {
    const { url, token, userAgent } = this.#options;
    const headers = new Headers({ accept: scimMediaType, 'user-agent': userAgent });
    if (token !== '') headers.set('authorization', `Bearer ${token}`);
    if (body !== undefined) headers.set('content-type', `${scimMediaType}; charset=utf-8`);
    const response = await fetch(url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = (text === '' ? {} : JSON.parse(text)) as { id?: string; Resources?: { id: string }[] };
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      location: response.headers.get('location'),
      json: json as Record<string, unknown>,
      id: json.id ?? '',
      ids: (json.Resources ?? []).map(({ id }) => id),
    };
  }
}
