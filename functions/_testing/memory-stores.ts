import type {
  Agent,
  AgentId,
  BusEvent,
  RecordingCommandId,
  RecordingId,
  Session,
  SessionId,
} from '@afterimage/contracts';
import {
  type BeginOutcome,
  type ChangeWithSegments,
  type Page,
  type RecordingCommandStore,
  type SegmentIntake,
  type SequenceRange,
  type SessionChange,
  type SessionPage,
  type SessionStore,
  type StoredCommand,
  type StoredSegment,
  type TrackedRecording,
  type TrackedSession,
  trackSession,
  type WrappedDataKey,
} from '@afterimage/core';

/** The stores of the use cases, in memory, for tests of the use cases alone. */

export class MemoryRecordings implements SegmentIntake {
  readonly rows = new Map<RecordingId, TrackedRecording>();
  readonly keys = new Map<RecordingId, WrappedDataKey>();
  readonly #counters = new Set<string>();
  readonly #segments: MemorySegments;

  constructor(segments = new MemorySegments()) {
    this.#segments = segments;
  }

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

  change(recordingId: RecordingId, change: (recording: TrackedRecording) => TrackedRecording) {
    return this.changeWithSegments(recordingId, (before) => ({ recording: change(before), fresh: [] }));
  }

  async changeWithSegments(recordingId: RecordingId, change: (recording: TrackedRecording) => ChangeWithSegments) {
    const before = this.rows.get(recordingId);
    if (before === undefined) return undefined;
    const { recording: after, fresh } = change(before);
    if (after !== before) {
      this.rows.set(recordingId, { ...after, revision: before.revision + 1 });
      for (const segment of fresh) this.#segments.add(recordingId, segment);
    }
    return structuredClone(this.rows.get(recordingId));
  }

  async *listQuietSince(before: string): AsyncGenerator<TrackedRecording> {
    for (const recording of [...this.rows.values()])
      if (recording.lastHeardAt < before) yield structuredClone(recording);
  }
}

export class MemorySegments {
  readonly rows = new Map<string, StoredSegment>();

  /** @throws when the sequence is taken: nobody stores a segment twice */
  add(recordingId: RecordingId, segment: StoredSegment): void {
    const key = keyOf(recordingId, segment.sequence);
    if (this.rows.has(key)) throw new Error(`${key} is stored`);
    this.rows.set(key, segment);
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

export class MemorySessions implements SessionStore {
  readonly rows = new Map<SessionId, TrackedSession>();
  readonly commands = new Map<RecordingCommandId, StoredCommand>();

  async find(sessionId: SessionId): Promise<TrackedSession | undefined> {
    return structuredClone(this.rows.get(sessionId));
  }

  async putOnce(session: Session): Promise<TrackedSession> {
    const stored = this.rows.get(session.sessionId) ?? trackSession(session);
    this.rows.set(session.sessionId, stored);
    return stored;
  }

  change(sessionId: SessionId, change: (session: TrackedSession) => TrackedSession) {
    return this.changeWithCommands(sessionId, (session) => ({ session: change(session), commands: [] }));
  }

  async changeWithCommands(sessionId: SessionId, change: (session: TrackedSession) => SessionChange) {
    const before = this.rows.get(sessionId);
    if (before === undefined) return undefined;
    const { session, commands } = change(before);
    if (session !== before) this.rows.set(sessionId, { ...session, revision: before.revision + 1 });
    for (const command of commands) this.commands.set(command.commandId, command);
    return structuredClone(this.rows.get(sessionId));
  }
}

/** Reads the commands of the sessions. */
export class MemoryCommands implements RecordingCommandStore {
  readonly #sessions: MemorySessions;

  constructor(sessions: MemorySessions) {
    this.#sessions = sessions;
  }

  async find(commandId: RecordingCommandId): Promise<StoredCommand | undefined> {
    return this.#sessions.commands.get(commandId);
  }

  async list({ limit }: SessionPage): Promise<Page<StoredCommand>> {
    return { items: this.#newestFirst().slice(0, limit) };
  }

  async listOfSession(sessionId: SessionId): Promise<StoredCommand[]> {
    return this.#newestFirst().filter((command) => command.sessionId === sessionId);
  }

  async listPending(agentId: AgentId): Promise<StoredCommand[]> {
    const own = this.#newestFirst().filter((command) => command.agentId === agentId && command.state === 'pending');
    return own.reverse();
  }

  #newestFirst(): StoredCommand[] {
    return [...this.#sessions.commands.values()].reverse();
  }
}

function keyOf(recordingId: RecordingId, sequence: number): string {
  return `${recordingId} ${sequence}`;
}
