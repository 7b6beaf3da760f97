import type { EnrolmentToken } from '@afterimage/contracts';

/** Why an enrolment token does not enrol; undefined when it does. The caller tells the host none of it. */
export function refuseToken(
  token: Pick<EnrolmentToken, 'expiresAt' | 'usesLeft'>,
  nowMs: number,
): 'expired' | 'used-up' | undefined {
  if (Date.parse(token.expiresAt) <= nowMs) return 'expired';
  return token.usesLeft < 1 ? 'used-up' : undefined;
}
