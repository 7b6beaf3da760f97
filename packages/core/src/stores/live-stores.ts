import type { AgentId, AgentNotice, PlaybackId, RecordingId, ViewerNotice, WatchId } from '@afterimage/contracts';

/** One person who watches one recording; it ends by itself unless it is renewed. */
export interface Watch {
  watchId: WatchId;
  recordingId: RecordingId;
  /** Of the recording. */
  agentId: AgentId;
  playbackId: PlaybackId;
  userName: string;
  leaseEndsAtMs: number;
  /** Present while the viewer has a socket; never told to any client. */
  connectionId?: string | undefined;
}

export type WatchKey = Pick<Watch, 'recordingId' | 'watchId'>;

export interface WatchStore {
  open(watch: Watch): Promise<void>;
  find(key: WatchKey): Promise<Watch | undefined>;
  /** Only a watch that is there. */
  renew(key: WatchKey, leaseEndsAtMs: number): Promise<boolean>;
  /** The watch that was ended; undefined when there is none of this person's. */
  end(key: WatchKey, userName: string): Promise<Watch | undefined>;
  /** All of one recording, lapsed ones among them. */
  list(recordingId: RecordingId): Promise<Watch[]>;
  /** False when the watch is gone. */
  attach(key: WatchKey, connectionId: string): Promise<boolean>;
  /** Only where it is still this connection. */
  detach(key: WatchKey, connectionId: string): Promise<void>;
}

/** Until when the host of a recording was told that somebody watches: one mark for all viewers. */
export interface WatchedMarkStore {
  findWatchedUntilMs(recordingId: RecordingId): Promise<number | undefined>;
  /** Moves the mark ahead if that is `stepMs` at least; true for the one caller who moved it. */
  moveAhead(recordingId: RecordingId, watchedUntilMs: number, stepMs: number): Promise<boolean>;
  /** Draws a mark that lies ahead back to now; true for the one caller who did. */
  drawBack(recordingId: RecordingId, nowMs: number): Promise<boolean>;
}

/** Who holds a ticket or a connection. */
export type ChannelHolder = { kind: 'agent'; agentId: AgentId } | ({ kind: 'viewer' } & WatchKey);

export interface ChannelTicketStore {
  put(ticketHash: string, holder: ChannelHolder, expiresAtMs: number): Promise<void>;
  /** Its holder, once; undefined for a ticket that is unknown, used or expired. */
  take(ticketHash: string, nowMs: number): Promise<ChannelHolder | undefined>;
}

export interface ConnectionStore {
  open(connectionId: string, holder: ChannelHolder, expiresAtMs: number): Promise<void>;
  /** Who held it; undefined when it is not known (any more). */
  close(connectionId: string): Promise<ChannelHolder | undefined>;
  /** The newest of an agent. */
  findOfAgent(agentId: AgentId): Promise<string | undefined>;
}

export interface Channel {
  /** False when there is no such connection any more. */
  post(connectionId: string, notice: AgentNotice | ViewerNotice): Promise<boolean>;
}
