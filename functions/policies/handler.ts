import * as contracts from '@afterimage/contracts';
import { composePolicies } from '../_runtime/composition/policies.ts';
import { reviewerApi } from '../_runtime/http/reviewer-api.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { activatePolicy, showPolicies } from './activate-policy.ts';
import { createPolicy, deletePolicy, showPolicy } from './keep-policies.ts';
import { setMessages, showMessages } from './notice-messages.ts';
import { compareVersions, showVersions } from './policy-history.ts';
import { changePolicy, restoreVersion } from './revise-policy.ts';
import { simulatePolicy } from './simulate-policy.ts';
import { setSettings, showSettings } from './site-settings.ts';
import { tryPolicy } from './test-policy.ts';
import {
  makeViewingPolicy,
  removeViewingPolicy,
  reviseViewingPolicy,
  showViewingPolicies,
} from './viewing-policies.ts';

export const handler = reviewerApi('policies', composePolicies(), [
  serve(contracts.listRecordingPolicies, showPolicies),
  serve(contracts.createRecordingPolicy, createPolicy),
  serve(contracts.activateRecordingPolicy, activatePolicy),
  serve(contracts.testRecordingPolicy, tryPolicy),
  serve(contracts.simulateRecordingPolicy, simulatePolicy),
  serve(contracts.getRecordingPolicy, showPolicy),
  serve(contracts.changeRecordingPolicy, changePolicy),
  serve(contracts.deleteRecordingPolicy, deletePolicy),
  serve(contracts.listRecordingPolicyVersions, showVersions),
  serve(contracts.compareRecordingPolicyVersions, compareVersions),
  serve(contracts.restoreRecordingPolicyVersion, restoreVersion),
  serve(contracts.listViewingPolicies, showViewingPolicies),
  serve(contracts.createViewingPolicy, makeViewingPolicy),
  serve(contracts.changeViewingPolicy, reviseViewingPolicy),
  serve(contracts.deleteViewingPolicy, removeViewingPolicy),
  serve(contracts.getSiteSettings, showSettings),
  serve(contracts.changeSiteSettings, setSettings),
  serve(contracts.getNoticeMessages, showMessages),
  serve(contracts.changeNoticeMessages, setMessages),
]);
