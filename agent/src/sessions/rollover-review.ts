import { type RecordingId, type RouteResponse, reviewSession, type SessionId } from '@afterimage/contracts';
import type { Agent } from '../agent.ts';
import { describeError } from '../log/logger.ts';
import { retryWhileUnreachable } from '../transport/retry.ts';

/** Asks at each new file whether its session goes on being recorded (POL-060). Until an answer comes, it does. */
export class RolloverReview {
  readonly #agent: Agent;
  readonly #sessionId: SessionId;
  #asking: AbortController | undefined;

  constructor(agent: Agent, sessionId: SessionId) {
    this.#agent = agent;
    this.#sessionId = sessionId;
  }

  /** @returns undefined without an answer: refused, stopped, or a newer file is asked for */
  async ask(recordingId: RecordingId, fileNumber: number): Promise<RouteResponse<typeof reviewSession> | undefined> {
    const { client, clock, log } = this.#agent;
    this.stop();
    const asking = new AbortController();
    this.#asking = asking;
    const { signal } = asking;
    const request = { params: { sessionId: this.#sessionId }, body: { recordingId, fileNumber } };
    try {
      const backoff = this.#agent.newBackoff();
      const ask = () => client.call(reviewSession, request, signal);
      const review = await retryWhileUnreachable(ask, { clock, backoff, withinMs: Number.POSITIVE_INFINITY, signal });
      return signal.aborted ? undefined : review;
    } catch (error) {
      if (!signal.aborted) log('warn', 'recording goes on without a review', { recordingId, ...describeError(error) });
      return undefined;
    }
  }

  stop(): void {
    this.#asking?.abort();
  }
}
