import {
  type Agent,
  type AgentId,
  type beginRecording,
  idToBytes,
  type RecordingId,
  type RouteInput,
  type Session,
} from '@afterimage/contracts';
import { chainStart, sha256 } from '@afterimage/recording';
import { encodeBase64 } from '../encoding/base64.ts';
import { eventHead } from './recording-changes.ts';
import type { TrackedRecording } from './tracked-recording.ts';

export type Announcement = RouteInput<typeof beginRecording>['body'];

/** h(0), base64: what the first segment must be chained to. */
export async function computeChainStart(recordingId: RecordingId, agentId: AgentId): Promise<string> {
  return encodeBase64(await chainStart(idToBytes(recordingId), idToBytes(agentId)));
}

/** Tells the same announcement, sent again, from another one with the same id. */
export async function digestAnnouncement(announcement: Announcement): Promise<string> {
  const text = JSON.stringify(Object.entries(announcement).sort(([a], [b]) => (a < b ? -1 : 1)));
  return encodeBase64(await sha256(new TextEncoder().encode(text)));
}

export interface AnnouncementCircumstances {
  agent: Agent;
  session: Session;
  reason: string;
  commandedBy: string | undefined;
  nowMs: number;
}

/**
 * The recording at its beginning: live, with nothing stored, and its start to be said on the bus.
 * @param reason what permits it
 * @param commandedBy whose command permits it
 */
export async function announceRecording(
  announcement: Announcement,
  { agent, session, reason, commandedBy, nowMs }: AnnouncementCircumstances,
): Promise<TrackedRecording> {
  const { recordingId, sessionId, source, content, initiator, startedBy, clockOffsetMs, width, height, deviceCounter } =
    announcement;
  const at = new Date(nowMs).toISOString();
  const recording: TrackedRecording = {
    recordingId,
    sessionId,
    source,
    content,
    initiator,
    ...(startedBy !== undefined && { startedBy: { value: startedBy, assertedBy: 'agent' } }),
    ...(commandedBy !== undefined && { commandedBy }),
    clockOffsetMs,
    width,
    height,
    deviceCounter,
    agentId: agent.agentId,
    state: 'live',
    attributes: session.attributes,
    decision: session.decision,
    startedAt: believableStart(announcement, nowMs),
    hostStartedAt: announcement.startedAt,
    lastHeardAt: at,
    ...nothingStored,
    devicePublicKey: agent.publicKey,
    certificate: agent.certificate,
    chainStart: await computeChainStart(recordingId, agent.agentId),
    announcementDigest: await digestAnnouncement(announcement),
    revision: 1,
  };
  const { policyId } = session.decision;
  const started = { type: 'RecordingStarted', detail: { ...eventHead(recording, at), policyId, reason } } as const;
  return { ...recording, unsaidEvents: [started] };
}

/** The longest message life, a year, and as much again as an agent may take to notice that it is back in reach. */
const oldestStartMs = 400 * 86_400_000;

/**
 * Service time at the first frame. A host's clock may say anything, but no recording begins after its announcement or
 * before anything still waited for: a start outside would be lost to the list of recordings, or make it endless.
 */
function believableStart({ startedAt, clockOffsetMs }: Announcement, nowMs: number): string {
  const correctedMs = Date.parse(startedAt) - clockOffsetMs;
  return new Date(Math.min(nowMs, Math.max(nowMs - oldestStartMs, correctedMs))).toISOString();
}

const nothingStored = {
  durationMs: 0,
  sizeBytes: 0,
  segmentCount: 0,
  contiguousSequence: 0,
  contiguousMs: 0,
  eventCount: 0,
  rejectedCount: 0,
  gaps: [],
  files: [],
  storedRanges: [],
  rejections: [],
  reportedGaps: [],
  manifestVersion: 0,
  fileSpans: [],
  fileLayouts: [],
  supersededFileIds: [],
  unsaidEvents: [],
} satisfies Partial<TrackedRecording>;
