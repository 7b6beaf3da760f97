import { beginRecording, getCommits, grantUploads, openAgentChannel } from '@afterimage/contracts';
import { composeRecordingIntake } from '../_runtime/composition/recording-intake.ts';
import { agentApi } from '../_runtime/http/agent-api.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { acceptRecording } from './begin-recording.ts';
import { grantChunks } from './grant-chunks.ts';
import { admitAgent } from './open-channel.ts';
import { reportCommits } from './report-commits.ts';

export const handler = agentApi('recording-intake', composeRecordingIntake(), [
  serve(beginRecording, acceptRecording),
  serve(grantUploads, grantChunks),
  serve(getCommits, reportCommits),
  serve(openAgentChannel, admitAgent),
]);
