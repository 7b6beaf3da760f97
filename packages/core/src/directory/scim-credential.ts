import { type ScimTokenId, scimTokenIdSchema } from '@afterimage/contracts';

/** `sct_ULID.SECRET`: the id finds the token, the secret proves it. The service keeps only the secret's SHA-256. */
export interface ScimCredential {
  scimTokenId: ScimTokenId;
  secret: string;
}

export function formatScimCredential({ scimTokenId, secret }: ScimCredential): string {
  return `${scimTokenId}.${secret}`;
}

/** Undefined for anything that is no credential. */
export function parseScimCredential(text: string): ScimCredential | undefined {
  const [id, secret, ...rest] = text.split('.');
  const scimTokenId = scimTokenIdSchema.safeParse(id);
  if (!scimTokenId.success || secret === undefined || rest.length > 0) return undefined;
  return /^[\w-]{20,150}$/.test(secret) ? { scimTokenId: scimTokenId.data, secret } : undefined;
}
