import type { Agent, AgentId, BusEvent, RecordingId, Session, SessionId } from '@afterimage/contracts';
import type {
  BeginOutcome,
  RecordingStore,
  SequenceRange,
  StoredSegment,
  TrackedRecording,
  WrappedDataKey,
} from '@afterimage/core';

/** The stores of the use cases, in memory, for tests of the use cases alone. */

export class MemoryRecordings implements RecordingStore {
  readonly rows = new Map<RecordingId, TrackedRecording>();
  readonly keys = new Map<RecordingId, WrappedDataKey>();
  readonly #counters = new Set<string>();

  async find(recordingId: RecordingId): Promise<TrackedRecording | undefined> {
    return structuredClone(this.rows.get(recordingId));
  }

  async begin(recording: TrackedRecording, key: WrappedDataKey): Promise<BeginOutcome> {
    if (this.rows.has(recording.recordingId)) return 'exists';
    const counter = `${recording.agentId} ${recording.deviceCounter}`;
    if (this.#counters.has(counter)) return 'counter-reused';
    this.#counters.add(counter);
    this.rows.set(recording.recordingId, structuredClone(recording));
    this.keys.set(recording.recordingId, key);
    return 'begun';
  }

  async change(recordingId: RecordingId, change: (recording: TrackedRecording) => TrackedRecording) {
    const before = this.rows.get(recordingId);
    if (before === undefined) return undefined;
    const after = change(before);
    if (after !== before) this.rows.set(recordingId, { ...after, revision: before.revision + 1 });
    return structuredClone(this.rows.get(recordingId));
  }

  async *listQuietSince(before: string): AsyncGenerator<TrackedRecording> {
    for (const recording of [...this.rows.values()])
      if (recording.lastHeardAt < before) yield structuredClone(recording);
  }
}

export class MemorySegments {
  readonly rows = new Map<string, StoredSegment>();

  async put(recordingId: RecordingId, segment: StoredSegment): Promise<'stored' | 'same' | 'conflict'> {
    const known = await this.find(recordingId, segment.sequence);
    if (known !== undefined) return known.hash === segment.hash ? 'same' : 'conflict';
    this.rows.set(keyOf(recordingId, segment.sequence), segment);
    return 'stored';
  }

  async find(recordingId: RecordingId, sequence: number): Promise<StoredSegment | undefined> {
    return this.rows.get(keyOf(recordingId, sequence));
  }

  async list(recordingId: RecordingId, { afterSequence, limit }: { afterSequence: number; limit: number }) {
    return this.#of(recordingId)
      .filter((segment) => segment.sequence > afterSequence)
      .slice(0, limit);
  }

  async *iterate(recordingId: RecordingId, range: SequenceRange): AsyncGenerator<StoredSegment> {
    const { firstSequence, lastSequence } = range;
    yield* this.#of(recordingId).filter(({ sequence }) => firstSequence <= sequence && sequence <= lastSequence);
  }

  #of(recordingId: RecordingId): StoredSegment[] {
    const own = [...this.rows].filter(([key]) => key.startsWith(recordingId)).map(([, segment]) => segment);
    return own.sort((a, b) => a.sequence - b.sequence);
  }
}

export class MemoryObjects {
  readonly objects = new Map<string, Uint8Array>();
  readonly quarantined: string[] = [];

  async read(objectKey: string, maxBytes: number): Promise<Uint8Array | 'missing' | 'too-large'> {
    const bytes = this.objects.get(objectKey);
    if (bytes === undefined) return 'missing';
    return bytes.length > maxBytes ? 'too-large' : bytes;
  }

  async readRange(objectKey: string, offset: number, sizeBytes: number): Promise<Uint8Array> {
    return (this.objects.get(objectKey) ?? new Uint8Array()).subarray(offset, offset + sizeBytes);
  }

  async quarantine(objectKey: string): Promise<void> {
    this.quarantined.push(objectKey);
  }
}

export class MemoryBus {
  readonly said: BusEvent[] = [];

  async publish(events: readonly BusEvent[]): Promise<void> {
    this.said.push(...events);
  }

  types(): string[] {
    return this.said.map((event) => event.type);
  }
}

export class MemoryWorkQueue {
  readonly sent: RecordingId[] = [];

  async send(recordingId: RecordingId): Promise<void> {
    this.sent.push(recordingId);
  }
}

export class MemoryAgents {
  readonly rows = new Map<AgentId, Agent>();
  readonly #used = new Set<string>();

  async find(agentId: AgentId): Promise<Agent | undefined> {
    return this.rows.get(agentId);
  }

  async quarantine(agentId: AgentId): Promise<boolean> {
    const agent = this.rows.get(agentId);
    if (agent === undefined || agent.state === 'revoked') return false;
    this.rows.set(agentId, { ...agent, state: 'quarantined' });
    return true;
  }

  async noteHeard(agentId: AgentId, at: string): Promise<void> {
    const agent = this.rows.get(agentId);
    if (agent !== undefined) this.rows.set(agentId, { ...agent, lastHeardAt: at });
  }

  async useTokenId(agentId: AgentId, tokenId: string): Promise<boolean> {
    const key = `${agentId} ${tokenId}`;
    if (this.#used.has(key)) return false;
    this.#used.add(key);
    return true;
  }
}

export class MemorySessions {
  readonly rows = new Map<SessionId, Session>();

  async find(sessionId: SessionId): Promise<Session | undefined> {
    return this.rows.get(sessionId);
  }

  async putOnce(session: Session): Promise<Session> {
    const known = this.rows.get(session.sessionId);
    if (known !== undefined) return known;
    this.rows.set(session.sessionId, session);
    return session;
  }
}

function keyOf(recordingId: RecordingId, sequence: number): string {
  return `${recordingId} ${sequence}`;
}
