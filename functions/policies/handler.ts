import * as contracts from '@afterimage/contracts';
import { composePolicies } from '../_runtime/composition/policies.ts';
import { reviewerApi } from '../_runtime/http/reviewer-api.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { activatePolicy, showPolicies } from './activate-policy.ts';

export const handler = reviewerApi('policies', composePolicies(), [
  serve(contracts.listRecordingPolicies, showPolicies),
  serve(contracts.activateRecordingPolicy, activatePolicy),
]);
