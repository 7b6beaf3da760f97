import { pipeline, Readable } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import type { WebRequest, WebResponse } from '../web/web-exchange.ts';

/** CloudFront compresses objects between these sizes, bytes. */
const smallestBytes = 1_000;
const largestBytes = 10_000_000;

const compressible =
  /^(?:text\/|application\/(?:javascript|json|manifest\+json|wasm|xml|xhtml\+xml|rss\+xml|vnd\.ms-fontobject|x-javascript)|font\/(?:otf|ttf)|image\/(?:svg\+xml|x-icon|bmp))/;

/** Compresses an answer by Brotli or gzip, whichever the viewer takes, as CloudFront does; a strong ETag becomes weak. */
export function compressed(request: WebRequest, response: WebResponse): WebResponse {
  const { headers, body } = response;
  const encoding = chooseEncoding(request.headers['accept-encoding'] ?? '');
  const sizeBytes = Number(headers['content-length'] ?? 0);
  const isFit =
    sizeBytes >= smallestBytes && sizeBytes <= largestBytes && compressible.test(String(headers['content-type']));
  const isWhole = response.status === 200 && headers['content-encoding'] === undefined && body !== undefined;
  if (encoding === undefined || !isFit || !isWhole) return response;
  const compressor =
    encoding === 'br' ? createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) : createGzip();
  const source = body instanceof Readable ? body : Readable.from([body]);
  // A failure of either ends both; whoever reads the compressor sees it there.
  pipeline(source, compressor, () => {});
  const { 'content-length': _length, etag, ...others } = headers;
  return {
    ...response,
    headers: {
      ...others,
      'content-encoding': encoding,
      vary: 'Accept-Encoding',
      ...(etag !== undefined && { etag: weak(String(etag)) }),
    },
    body: compressor,
  };
}

function chooseEncoding(acceptEncoding: string): 'br' | 'gzip' | undefined {
  const accepted = acceptEncoding
    .split(',')
    .map((part) => part.trim().split(/\s*;\s*/))
    .filter(([, quality]) => quality !== 'q=0')
    .map(([name]) => name);
  return accepted.includes('br') ? 'br' : accepted.includes('gzip') ? 'gzip' : undefined;
}

function weak(etag: string): string {
  return etag.startsWith('W/') ? etag : `W/${etag}`;
}
