import { hostname, userInfo } from 'node:os';
import { makeSessionId, type SessionAttributes, startSession } from '@afterimage/contracts';
import type { Agent } from '../agent.ts';
import type { RecordingFacts } from '../recordings/recording-facts.ts';
import { retryWhileUnreachable } from '../transport/retry.ts';
import { ServiceUnreachableError } from '../transport/service-error.ts';
import { idSource } from './id-source.ts';
import type { RecordSessionOptions } from './recorded-session.ts';

/** A session and, unless nobody could be asked, whether it is recorded. */
export type DecidedSession = Pick<RecordingFacts, 'sessionId' | 'attributes' | 'decision' | 'hostStartNotice'>;

/** @throws ServiceUnreachableError unless `recordOnError` is set; ServiceRefusedError */
export async function decideSession(agent: Agent, options: RecordSessionOptions): Promise<DecidedSession> {
  const { clock, clockOffset, client, log } = agent;
  const sessionId = makeSessionId(idSource(agent));
  const attributes = attributesOf(options);
  const startedAt = () => new Date(clockOffset.toServiceMs(clock.wallMs())).toISOString();
  const ask = () => client.call(startSession, { body: { sessionId, startedAt: startedAt(), attributes } });
  const withinMs = options.decideWithinMs ?? 15_000;
  try {
    const { decision, hostStartNotice } = await retryWhileUnreachable(ask, {
      clock,
      backoff: agent.newBackoff(),
      withinMs,
    });
    log('info', 'recording decided', { sessionId, action: decision.action, ruleId: decision.ruleId });
    return { sessionId, attributes, decision, ...(hostStartNotice && { hostStartNotice }) };
  } catch (error) {
    if (!(error instanceof ServiceUnreachableError) || !options.recordOnError) throw error;
    log('warn', 'recording without an answer from the service', { sessionId });
    return { sessionId, attributes };
  }
}

/** What this host knows of a session; nothing is guessed. */
export function attributesOf(options: RecordSessionOptions): SessionAttributes {
  const { user, application, clientAddress, language, accessTags = [] } = options;
  const asserted = (value: string) => ({ value, assertedBy: 'agent' as const });
  return {
    user: asserted(user ?? userInfo().username),
    host: asserted(hostname()),
    ...(application !== undefined && { application: asserted(application) }),
    ...(clientAddress !== undefined && { clientAddress: asserted(clientAddress) }),
    ...(language !== undefined && { language: asserted(language) }),
    groups: [],
    machineGroups: [],
    accessTags: accessTags.map(asserted),
  };
}
