import {
  beginRecording,
  openAgentChannel,
  type RecordingCommand,
  type RecordingId,
  type RouteContract,
  reportSessions,
  type SessionId,
  type SessionRecording,
  settleCommand,
  startSession,
} from '@afterimage/contracts';
import { ChannelListener } from './channel-listener.ts';
import { RawAgent } from './raw-agent.ts';
import { problemNameOf, type RawAnswer } from './raw-call.ts';
import type { Stack } from './stack.ts';

export const notRecorded: SessionRecording = { status: 'not-recorded' };

/** A host with sessions, whose every word a test says itself. */
export class CommandedHost {
  readonly agent: RawAgent;
  #recordings = 0;

  static async enrol(stack: Stack): Promise<CommandedHost> {
    return new CommandedHost(await RawAgent.enrol(stack));
  }

  private constructor(agent: RawAgent) {
    this.agent = agent;
  }

  async startSession(user: string): Promise<SessionId> {
    const body = this.agent.sessionBody();
    const attributes = { ...body.attributes, user: { value: user, assertedBy: 'agent' as const } };
    const answer = await this.agent.call(startSession, { body: { ...body, attributes } });
    requireSuccess(startSession, answer);
    return body.sessionId;
  }

  async report(sessionId: SessionId, recording = notRecorded, hasEnded = false) {
    const answer = await this.agent.call(reportSessions, { body: { sessions: [{ sessionId, recording, hasEnded }] } });
    requireSuccess(reportSessions, answer);
    return answer.json.commands;
  }

  async listen(): Promise<ChannelListener> {
    const { json } = await this.agent.call(openAgentChannel, { body: {} });
    return ChannelListener.connect(json.url);
  }

  /** Begins what a command asks for. */
  async begin(sessionId: SessionId, beginning: object) {
    this.#recordings += 1;
    const body = { ...(await this.agent.recordingBody(sessionId, this.#recordings)), ...beginning };
    return { recordingId: body.recordingId, answer: await this.agent.call(beginRecording, { body }) };
  }

  async settle(command: RecordingCommand, state: 'done' | 'refused', recording: SessionRecording, reason?: string) {
    const body = { state, recording, ...(reason === undefined ? {} : { reason }) };
    const answer = await this.agent.call(settleCommand, { params: { commandId: command.commandId }, body });
    requireSuccess(settleCommand, answer);
  }

  /** Follows a start as an honest agent does. */
  async followStart(command: RecordingCommand): Promise<RecordingId> {
    const { sessionId, commandId } = command;
    const { recordingId, answer } = await this.begin(sessionId, { initiator: 'administrator', commandId });
    requireSuccess(beginRecording, answer);
    await this.settle(command, 'done', recordedAs(recordingId));
    return recordingId;
  }
}

export const recordedAs = (recordingId: RecordingId): SessionRecording => ({
  status: 'recording',
  recordingId,
  content: 'screen',
  initiator: 'administrator',
});

function requireSuccess(route: RouteContract, answer: RawAnswer): void {
  if (answer.status !== route.successStatus) throw new Error(`${route.operationId}: ${problemNameOf(answer)}`);
}
