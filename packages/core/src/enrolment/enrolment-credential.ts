import { type EnrolmentTokenId, enrolmentTokenIdSchema } from '@afterimage/contracts';

/** `enr_ULID.SECRET`: the id finds the token, the secret proves it. The service keeps only the secret's SHA-256. */
export interface EnrolmentCredential {
  enrolmentTokenId: EnrolmentTokenId;
  secret: string;
}

export function formatEnrolmentCredential({ enrolmentTokenId, secret }: EnrolmentCredential): string {
  return `${enrolmentTokenId}.${secret}`;
}

/** Undefined for anything that is no credential. */
export function parseEnrolmentCredential(text: string): EnrolmentCredential | undefined {
  const dot = text.indexOf('.');
  const id = enrolmentTokenIdSchema.safeParse(text.slice(0, Math.max(dot, 0)));
  const secret = text.slice(dot + 1);
  if (!id.success || !/^[\w-]{20,150}$/.test(secret)) return undefined;
  return { enrolmentTokenId: id.data, secret };
}
