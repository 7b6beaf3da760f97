import {
  commandRecording,
  getRecordingCommand,
  getSession,
  getSessionRecordingStatus,
  listRecordingCommands,
  listSessions,
} from '@afterimage/contracts';
import { composeSessions } from '../_runtime/composition/sessions.ts';
import { reviewerApi } from '../_runtime/http/reviewer-api.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { orderRecording } from './command-recording.ts';
import { answerSessions } from './list-sessions.ts';
import { answerCommand, answerCommands } from './show-commands.ts';
import { answerRecordingStatus, answerSession } from './show-session.ts';

export const handler = reviewerApi('sessions', composeSessions(), [
  serve(listSessions, answerSessions),
  serve(getSession, answerSession),
  serve(getSessionRecordingStatus, answerRecordingStatus),
  serve(commandRecording, orderRecording),
  serve(listRecordingCommands, answerCommands),
  serve(getRecordingCommand, answerCommand),
]);
