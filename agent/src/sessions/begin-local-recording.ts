import { type AgentId, idToBytes, makeRecordingId, type RecordingId } from '@afterimage/contracts';
import { wrapDataKey } from '@afterimage/recording';
import type { Agent } from '../agent.ts';
import type { LateDecision } from '../delivery/announce-recording.ts';
import type { RecordingFacts } from '../recordings/recording-facts.ts';
import { RecordingFolder } from '../recordings/recording-folder.ts';
import { RecordingKeeper } from '../recordings/recording-keeper.ts';
import { makeRecordingSecrets, type RecordingSecrets } from '../recordings/recording-secrets.ts';
import type { LocalRecording } from '../recordings/unfinished-recordings.ts';
import { SegmentSpool } from '../spool/segment-spool.ts';
import type { DecidedSession } from './decide-session.ts';
import { idSource } from './id-source.ts';
import type { RecordingOrder, RecordSessionOptions } from './recorded-session.ts';

export interface LocalRecordingOptions {
  readonly session: RecordSessionOptions;
  readonly decided: DecidedSession;
  readonly order: RecordingOrder;
  readonly settleLate: LateDecision;
}

/** When a recording begins, and how large its screen is. */
export interface RecordingStart {
  readonly atMs: number;
  readonly width: number;
  readonly height: number;
}

/** The counter is durable before anything carries it; the key is wrapped before anything is sealed with it. */
export async function beginLocalRecording(
  agent: Agent,
  { session, decided, order, settleLate }: LocalRecordingOptions,
  start: RecordingStart,
): Promise<LocalRecording> {
  const { clock, clockOffset, deviceState, enrolment, key, agentId, recordingsPath } = agent;
  const { sessionId, attributes, decision, hostStartNotice } = decided;
  const recordingId = makeRecordingId(idSource(agent));
  const secrets = makeRecordingSecrets();
  const deviceCounter = await deviceState.takeRecordingCounter();
  const { previousRecordingHead } = deviceState.values;
  const startedWallMs = clock.wallMs() - (clock.monotonicMs() - start.atMs);
  const facts: RecordingFacts = {
    version: 1,
    recordingId,
    sessionId,
    attributes,
    ...(decision && { decision }),
    ...(hostStartNotice && { hostStartNotice }),
    ...order,
    isUpgraded: false,
    source: session.source.kind,
    targetId: session.source.targetId,
    startedAt: new Date(startedWallMs).toISOString(),
    clockOffsetMs: clockOffset.offsetMs,
    width: start.width,
    height: start.height,
    deviceCounter,
    ...(previousRecordingHead !== undefined && { previousRecordingHead }),
    wrappedKey: await wrapForService(secrets, recordingId, agentId, enrolment.wrappingKey.publicKey),
    wrappingKeyId: enrolment.wrappingKey.keyId,
    isAnnounced: false,
  };
  const folder = await RecordingFolder.create(recordingsPath, facts, secrets, key);
  const spool = await SegmentSpool.open(folder.path, agent.budget, clock);
  const keeper = await RecordingKeeper.begin(agent.keeperOptions(folder, spool));
  const delivery = agent.newDelivery(folder, spool, session.uploadIntervalMs);
  delivery.settleBy(settleLate);
  agent.deliveryLoop.add(delivery);
  return { folder, keeper, delivery };
}

async function wrapForService(
  secrets: RecordingSecrets,
  recordingId: RecordingId,
  agentId: AgentId,
  publicKey: string,
): Promise<string> {
  const binding = { recordingId: idToBytes(recordingId), agentId: idToBytes(agentId) };
  return Buffer.from(await wrapDataKey(secrets.dataKey, binding, Buffer.from(publicKey, 'base64'))).toString('base64');
}
