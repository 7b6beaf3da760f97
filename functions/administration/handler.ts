import * as contracts from '@afterimage/contracts';
import { composeAdministration } from '../_runtime/composition/administration.ts';
import { viewerApi } from '../_runtime/http/reviewer-api.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { askForErasure } from './erase-recordings.ts';
import { endRecordingWait } from './finish-recording.ts';
import { liftLegalHold, placeLegalHold } from './hold-recordings.ts';
import { endQuarantine, issueEnrolmentToken, revokeTrust, showAgents } from './manage-agents.ts';
import { redriveDeadLetters, showQueues } from './manage-queues.ts';
import { setRoleMembers, showRoles } from './manage-roles.ts';

export const handler = viewerApi('administration', composeAdministration(), [
  serve(contracts.finishRecording, endRecordingWait),
  serve(contracts.eraseRecording, askForErasure),
  serve(contracts.holdRecording, placeLegalHold),
  serve(contracts.releaseHold, liftLegalHold),
  serve(contracts.listAgents, showAgents),
  serve(contracts.revokeAgent, revokeTrust),
  serve(contracts.reinstateAgent, endQuarantine),
  serve(contracts.createEnrolmentToken, issueEnrolmentToken),
  serve(contracts.listRoleAssignments, showRoles),
  serve(contracts.assignRole, setRoleMembers),
  serve(contracts.listQueues, showQueues),
  serve(contracts.redriveQueue, redriveDeadLetters),
]);
