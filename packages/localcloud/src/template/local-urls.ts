import { region } from '../kernel/types.ts';

/**
 * Points the public URLs of AWS that a template composes at localcloud's own port: whole `https://` and `wss://` URLs
 * only, so that bare host names (CloudFront origins) keep naming what they name.
 */
export function toLocalUrls(value: unknown, endpoint: string): unknown {
  if (typeof value === 'string') return toLocalUrl(value, endpoint);
  if (Array.isArray(value)) return value.map((item) => toLocalUrls(item, endpoint));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toLocalUrls(inner, endpoint)]));
}

function toLocalUrl(text: string, endpoint: string): string {
  if (!/https:\/\/|wss:\/\//.test(text)) return text;
  return text
    .replaceAll(
      new RegExp(`wss://([a-z0-9]+)\\.execute-api\\.${region}\\.amazonaws\\.com`, 'g'),
      `${endpoint.replace(/^http/, 'ws')}/_execute-api/$1`,
    )
    .replaceAll(
      new RegExp(`https://([a-z0-9]+)\\.execute-api\\.${region}\\.amazonaws\\.com`, 'g'),
      `${endpoint}/_execute-api/$1`,
    )
    .replaceAll(`https://cognito-idp.${region}.amazonaws.com`, `${endpoint}/oidc`)
    .replaceAll(new RegExp(`https://[a-z0-9-]+\\.auth\\.${region}\\.amazoncognito\\.com`, 'g'), `${endpoint}/oidc`)
    .replaceAll(/https:\/\/[a-z0-9]+\.cloudfront\.net/g, endpoint)
    .replaceAll(new RegExp(`https://([a-z0-9.-]+)\\.s3(?:\\.${region})?\\.amazonaws\\.com`, 'g'), `${endpoint}/$1`);
}
