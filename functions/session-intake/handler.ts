import { reportNotice, reportSessions, settleCommand } from '@afterimage/contracts';
import { composeSessionIntake } from '../_runtime/composition/session-intake.ts';
import { agentApi } from '../_runtime/http/agent-api.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { takeNotice } from './report-notice.ts';
import { takeReport } from './report-sessions.ts';
import { takeAnswer } from './settle-command.ts';

export const handler = agentApi('session-intake', composeSessionIntake(), [
  serve(reportNotice, takeNotice),
  serve(reportSessions, takeReport),
  serve(settleCommand, takeAnswer),
]);
