import { reviewSession, startSession } from '@afterimage/contracts';
import { composePolicyEvaluation } from '../_runtime/composition/policy-evaluation.ts';
import { agentApi } from '../_runtime/http/agent-api.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { reviewAgain } from './review-session.ts';
import { decideSession } from './start-session.ts';

export const handler = agentApi('policy-evaluation', composePolicyEvaluation(), [
  serve(startSession, decideSession),
  serve(reviewSession, reviewAgain),
]);
