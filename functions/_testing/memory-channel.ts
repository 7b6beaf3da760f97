import type { AgentId, AgentNotice, RecordingId, ViewerNotice } from '@afterimage/contracts';
import type { ChannelHolder, Watch, WatchKey } from '@afterimage/core';

type Notice = AgentNotice | ViewerNotice;

/** The channel in memory: who watches, who is connected, and what they were told. */
export class MemoryChannel {
  readonly posted: { connectionId: string; notice: Notice }[] = [];
  readonly gone = new Set<string>();

  async post(connectionId: string, notice: Notice): Promise<boolean> {
    if (this.gone.has(connectionId)) return false;
    this.posted.push({ connectionId, notice });
    return true;
  }

  /** Kinds of what one connection was told. */
  toldOf(connectionId: string): Notice[] {
    return this.posted.filter((post) => post.connectionId === connectionId).map(({ notice }) => notice);
  }
}

export class MemoryWatches {
  readonly rows = new Map<string, Watch>();
  readonly marks = new Map<RecordingId, number>();

  async open(watch: Watch): Promise<void> {
    this.rows.set(watch.watchId, watch);
  }

  async find({ recordingId, watchId }: WatchKey): Promise<Watch | undefined> {
    const watch = this.rows.get(watchId);
    return watch?.recordingId === recordingId ? watch : undefined;
  }

  async list(recordingId: RecordingId): Promise<Watch[]> {
    return [...this.rows.values()].filter((watch) => watch.recordingId === recordingId);
  }

  async renew(key: WatchKey, leaseEndsAtMs: number): Promise<boolean> {
    return this.#change(key, (watch) => ({ ...watch, leaseEndsAtMs }));
  }

  async end(key: WatchKey, userName: string): Promise<Watch | undefined> {
    const watch = await this.find(key);
    if (watch?.userName !== userName) return undefined;
    this.rows.delete(key.watchId);
    return watch;
  }

  async attach(key: WatchKey, connectionId: string): Promise<boolean> {
    return this.#change(key, (watch) => ({ ...watch, connectionId }));
  }

  async detach(key: WatchKey, connectionId: string): Promise<void> {
    const watch = await this.find(key);
    if (watch?.connectionId === connectionId) await this.#change(key, ({ connectionId: _gone, ...rest }) => rest);
  }

  async findWatchedUntilMs(recordingId: RecordingId): Promise<number | undefined> {
    return this.marks.get(recordingId);
  }

  async moveAhead(recordingId: RecordingId, watchedUntilMs: number, stepMs: number): Promise<boolean> {
    const isDue = (this.marks.get(recordingId) ?? 0) <= watchedUntilMs - stepMs;
    if (isDue) this.marks.set(recordingId, watchedUntilMs);
    return isDue;
  }

  async drawBack(recordingId: RecordingId, nowMs: number): Promise<boolean> {
    const isAhead = (this.marks.get(recordingId) ?? 0) > nowMs;
    if (isAhead) this.marks.set(recordingId, nowMs);
    return isAhead;
  }

  async #change(key: WatchKey, change: (watch: Watch) => Watch): Promise<boolean> {
    const watch = await this.find(key);
    if (watch !== undefined) this.rows.set(key.watchId, change(watch));
    return watch !== undefined;
  }
}

export class MemoryConnections {
  readonly tickets = new Map<string, { holder: ChannelHolder; expiresAtMs: number }>();
  readonly rows = new Map<string, ChannelHolder>();
  readonly #ofAgents = new Map<AgentId, string>();

  async put(ticketHash: string, holder: ChannelHolder, expiresAtMs: number): Promise<void> {
    this.tickets.set(ticketHash, { holder, expiresAtMs });
  }

  async take(ticketHash: string, nowMs: number): Promise<ChannelHolder | undefined> {
    const ticket = this.tickets.get(ticketHash);
    if (ticket === undefined || ticket.expiresAtMs <= nowMs) return undefined;
    this.tickets.delete(ticketHash);
    return ticket.holder;
  }

  async open(connectionId: string, holder: ChannelHolder): Promise<void> {
    this.rows.set(connectionId, holder);
    if (holder.kind === 'agent') this.#ofAgents.set(holder.agentId, connectionId);
  }

  async close(connectionId: string): Promise<ChannelHolder | undefined> {
    const holder = this.rows.get(connectionId);
    this.rows.delete(connectionId);
    if (holder?.kind === 'agent' && this.#ofAgents.get(holder.agentId) === connectionId) {
      this.#ofAgents.delete(holder.agentId);
    }
    return holder;
  }

  async findOfAgent(agentId: AgentId): Promise<string | undefined> {
    return this.#ofAgents.get(agentId);
  }
}
