import { makeSessionId } from '@afterimage/contracts';
import type { Agent } from '../agent.ts';
import { idSource } from './id-source.ts';
import type { RecordedSession } from './recorded-session.ts';

/** Nobody is asked about a session of a host that does not record (AGT-001). */
export function switchedOff(agent: Agent): RecordedSession {
  const finished = Promise.resolve({
    kind: 'not-recorded',
    reason: 'recording is switched off on this host',
  } as const);
  return {
    sessionId: makeSessionId(idSource(agent)),
    decision: undefined,
    begun: Promise.resolve(undefined),
    finished,
    stop: () => finished,
  };
}
