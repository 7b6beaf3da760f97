import * as z from 'zod';
import { describeError, type Log } from '../logger.ts';

const eventSchema = z.object({
  rawPath: z.string(),
  headers: z.record(z.string(), z.string().optional()).default({}),
  requestContext: z.object({ http: z.object({ method: z.string() }), requestId: z.string().optional() }),
});

type Verdict =
  | { isAuthorized: true; agentId: string }
  | { isAuthorized: true; refusal: string }
  | { isAuthorized: false; reason: string };

/** The answer of a Lambda authorizer, payload format 2.0, simple response. */
export interface SimpleAuthorization {
  isAuthorized: boolean;
  context: Record<string, string>;
}

/** A Lambda authorizer that fails closed: what it can't decide it refuses, and the log says why. */
export function simpleAuthorizer(
  log: Log,
  authorize: (request: { authorization: string | undefined; method: string; path: string }) => Promise<Verdict>,
): (event: unknown) => Promise<SimpleAuthorization> {
  return async (event) => {
    try {
      const { rawPath, headers, requestContext } = eventSchema.parse(event);
      const request = { authorization: headers.authorization, method: requestContext.http.method, path: rawPath };
      const verdict = await authorize(request);
      if ('agentId' in verdict) return { isAuthorized: true, context: { agentId: verdict.agentId } };
      const reason = verdict.isAuthorized ? verdict.refusal : verdict.reason;
      log.info('agent refused', { reason, requestId: requestContext.requestId });
      if (verdict.isAuthorized) return { isAuthorized: true, context: { refusal: verdict.refusal } };
    } catch (error) {
      log.error('authorization failed', describeError(error));
    }
    return { isAuthorized: false, context: {} };
  };
}
