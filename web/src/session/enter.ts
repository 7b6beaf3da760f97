import { type ApiClient, getMe, unreachable } from '@afterimage/contracts';
import type { Session } from './session.ts';
import type { SignedInContext } from './session-context.tsx';

/** A service that does not answer for so long is asked again. */
const answerWithinMs = 20_000;

/** Who is there and what they may do. Undefined when they are sent to sign in: the page is left then. */
export async function enter(session: Session, api: ApiClient, life: AbortSignal): Promise<SignedInContext | undefined> {
  const person = await session.current();
  if (person === undefined) {
    await session.signIn();
    return undefined;
  }
  const limit = AbortSignal.timeout(answerWithinMs);
  try {
    const { isActive, roles } = await api(getMe, {}, AbortSignal.any([life, limit]));
    return { session, person, isActive, roles, api };
  } catch (error) {
    throw limit.aborted && !life.aborted ? unreachable(error) : error;
  }
}
