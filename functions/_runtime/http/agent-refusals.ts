import * as z from 'zod';

/**
 * What the authorizer lets an agent be told: it is the device that it says, and yet nothing is done for it. API Gateway
 * itself can only say "Forbidden", which an agent cannot tell from trouble on its way.
 */
export const agentRefusalSchema = z.enum(['agent-not-trusted', 'unauthenticated']);
export type AgentRefusal = z.infer<typeof agentRefusalSchema>;

/** What happened, what was kept, what to do next. */
export const agentRefusalDetails: Record<AgentRefusal, string> = {
  'agent-not-trusted': 'Nothing was changed. What was sent before is kept. An administrator must look at this agent.',
  unauthenticated:
    'The token is of another time. Take the time from the Date of this answer, and sign the request anew.',
};
