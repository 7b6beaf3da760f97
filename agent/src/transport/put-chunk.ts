import { ServiceRefusedError, ServiceUnreachableError } from './service-error.ts';

const timeoutMs = 120_000;

/** A presigned PUT: the headers are signed and sent exactly as granted. */
export interface UploadGrant {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * @throws ServiceUnreachableError; ServiceRefusedError when the grant does not cover these bytes or has expired
 */
export async function putChunk(
  grant: UploadGrant,
  bytes: Uint8Array<ArrayBuffer>,
  options: { fetch?: typeof fetch; signal?: AbortSignal } = {},
): Promise<void> {
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await (options.fetch ?? fetch)(grant.url, {
      method: 'PUT',
      headers: { ...grant.headers },
      body: bytes,
      redirect: 'error',
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
    });
    await response.arrayBuffer();
  } catch (cause) {
    throw new ServiceUnreachableError('an upload broke off', cause);
  }
  if (response.status >= 500 || response.status === 429) throw new ServiceUnreachableError(`status ${response.status}`);
  if (!response.ok) throw new ServiceRefusedError(response.status, undefined, 'the upload was refused');
}
