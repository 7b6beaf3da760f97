import type { AgentId } from '@afterimage/contracts';
import { Watches } from './channel/watches.ts';
import { defaultMaxUploadBytes } from './delivery/chunk-uploader.ts';
import { DeliveryLoop } from './delivery/delivery-loop.ts';
import { RecordingDelivery } from './delivery/recording-delivery.ts';
import { type DataDirectory, openDataDirectory } from './files/data-directory.ts';
import { type DirectoryLock, lockDirectory } from './files/directory-lock.ts';
import { type DeviceKey, loadDeviceKey } from './identity/device-key.ts';
import { DeviceState } from './identity/device-state.ts';
import { type Enrolment, enrolmentFile } from './identity/enrolment.ts';
import { describeError, type Logger, silentLogger } from './log/logger.ts';
import { NoticeReports } from './notice/notice-reports.ts';
import { RecordingFolder } from './recordings/recording-folder.ts';
import { RecordingKeeper } from './recordings/recording-keeper.ts';
import { UnfinishedRecordings } from './recordings/unfinished-recordings.ts';
import { decideSession } from './sessions/decide-session.ts';
import { HostSessions } from './sessions/host-sessions.ts';
import { LiveSession } from './sessions/live-session.ts';
import type { RecordedSession, RecordSessionOptions } from './sessions/recorded-session.ts';
import { switchedOff } from './sessions/switched-off.ts';
import { HostSettings } from './settings/host-settings.ts';
import { DiskRoom } from './spool/disk-room.ts';
import { SegmentSpool } from './spool/segment-spool.ts';
import { SpoolBudget } from './spool/spool-budget.ts';
import { StatusReporter } from './status/status-reporter.ts';
import { type Clock, systemClock } from './time/clock.ts';
import { HostTimeWatch, type Standstill } from './time/host-time-watch.ts';
import { Backoff } from './transport/backoff.ts';
import { ClockOffset } from './transport/clock-offset.ts';
import { ServiceClient } from './transport/service-client.ts';

export interface AgentOptions {
  readonly dataDirectory: string;
  /** Where the service is now, when it has moved since enrolment. */
  readonly serverUrl?: string;
  readonly log?: Logger;
  readonly clock?: Clock;
  /** Default 1 GiB. */
  readonly spoolLimitBytes?: number;
  /** Default 7,200 s (TRN-005). */
  readonly messageLifeMs?: number;
  /** How much goes into one chunk. Default 8 MiB. */
  readonly maxUploadBytes?: number;
  /** Not to have run for so long is declared as a gap. Default 5 s. */
  readonly leastPauseMs?: number;
  /** How often it is asked who is watched while the channel is shut. Default 10 s. */
  readonly watchPollMs?: number;
  readonly fetch?: typeof fetch;
}

/** The directory has no identity yet. */
export class AgentNotEnrolledError extends Error {
  constructor(directory: string) {
    super(`no agent is enrolled in ${directory}`);
    this.name = 'AgentNotEnrolledError';
  }
}

const defaultSpoolLimitBytes = 1024 ** 3;
const defaultMessageLifeMs = 7_200_000;
const defaultLeastPauseMs = 5_000;
const lastReportsWithinMs = 3_000;

/** @throws AgentNotEnrolledError, DirectoryInUseError */
export async function createAgent(options: AgentOptions): Promise<Agent> {
  const directory = await openDataDirectory(options.dataDirectory);
  const enrolment = await enrolmentFile(directory.enrolment).read();
  const key = await loadDeviceKey(directory.deviceKey);
  if (!enrolment || !key) throw new AgentNotEnrolledError(options.dataDirectory);
  const lock = lockDirectory(directory.lock);
  try {
    const deviceState = await DeviceState.open(directory.deviceState);
    const agent = new Agent({ options, directory, enrolment, key, lock, deviceState });
    await agent.recover();
    return agent;
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface AgentParts {
  readonly options: AgentOptions;
  readonly directory: DataDirectory;
  readonly enrolment: Enrolment;
  readonly key: DeviceKey;
  readonly lock: DirectoryLock;
  readonly deviceState: DeviceState;
}

/** One enrolled device at work: it records sessions and delivers what is recorded, this run's and earlier ones'. */
export class Agent {
  readonly enrolment: Enrolment;
  readonly key: DeviceKey;
  readonly deviceState: DeviceState;
  readonly clock: Clock;
  readonly clockOffset: ClockOffset;
  readonly client: ServiceClient;
  readonly budget: SpoolBudget;
  readonly deliveryLoop: DeliveryLoop;
  readonly watches: Watches;
  readonly settings: HostSettings;
  readonly noticeReports: NoticeReports;
  readonly sessions: HostSessions;
  readonly log: Logger;
  readonly #parts: AgentParts;
  readonly #status: StatusReporter;
  readonly #timeWatch: HostTimeWatch;
  readonly #diskRoom: DiskRoom;
  readonly #unfinished: UnfinishedRecordings;

  constructor(parts: AgentParts) {
    const { options, enrolment, key, deviceState, directory } = parts;
    this.#parts = parts;
    this.enrolment = enrolment;
    this.key = key;
    this.deviceState = deviceState;
    this.clock = options.clock ?? systemClock;
    this.log = options.log ?? silentLogger;
    this.clockOffset = new ClockOffset(deviceState.values.clockOffsetMs);
    this.budget = new SpoolBudget(options.spoolLimitBytes ?? defaultSpoolLimitBytes);
    this.client = new ServiceClient({
      serverUrl: options.serverUrl ?? enrolment.serverUrl,
      device: { agentId: enrolment.agentId, key },
      clock: this.clock,
      clockOffset: this.clockOffset,
      ...(options.fetch && { fetch: options.fetch }),
    });
    this.deliveryLoop = new DeliveryLoop({
      clock: this.clock,
      newBackoff: () => this.newBackoff(),
      log: this.log,
      onComplete: (delivery) => this.#forget(delivery),
    });
    this.#unfinished = new UnfinishedRecordings(this);
    this.watches = new Watches(this);
    this.settings = new HostSettings(directory.settings, () => this.sessions.noteChange());
    const { client, clock, log } = this;
    this.noticeReports = new NoticeReports({
      path: directory.notices,
      client,
      clock,
      log,
      backoff: this.newBackoff(),
    });
    const { deliveryLoop, watches, settings } = this;
    this.sessions = new HostSessions({
      ...{ client, clock, log, deliveryLoop, watches, settings },
      newBackoff: () => this.newBackoff(),
      ...(options.watchPollMs !== undefined && { watchPollMs: options.watchPollMs }),
    });
    this.#timeWatch = new HostTimeWatch({
      clock: this.clock,
      leastPauseMs: options.leastPauseMs ?? defaultLeastPauseMs,
      onStandstill: (standstill) => this.#noteStandstill(standstill),
      onWallClockSet: (byMs) => this.#noteWallClockSet(byMs),
    });
    this.#diskRoom = new DiskRoom(directory.recordings, this.budget);
    this.#status = new StatusReporter({ path: directory.status, agent: this });
  }

  get agentId(): AgentId {
    return this.enrolment.agentId;
  }

  get recordingsPath(): string {
    return this.#parts.directory.recordings;
  }

  /** From one second to half a minute. */
  newBackoff(): Backoff {
    return new Backoff({ firstMs: 1_000, maxMs: 30_000, random: Math.random });
  }

  /** Takes up what earlier processes left, and begins to deliver it. */
  async recover(): Promise<void> {
    for (const folder of await RecordingFolder.openAll(this.recordingsPath, this.key)) {
      const spool = await SegmentSpool.open(folder.path, this.budget, this.clock);
      const delivery = this.newDelivery(folder, spool);
      if (folder.facts.end === undefined) await this.#recoverUnfinished(folder, spool, delivery);
      else this.deliveryLoop.add(delivery);
    }
    this.deliveryLoop.start();
    await Promise.all([this.#diskRoom.look(), this.settings.look(), this.noticeReports.start()]);
    for (const regular of [this.#status, this.#timeWatch, this.#diskRoom, this.settings]) regular.start();
  }

  /**
   * Begins to record one session and returns once the policy has answered and the source runs.
   *
   * @throws ServiceUnreachableError when nobody answers and `recordOnError` is not set; ServiceRefusedError
   */
  async recordSession(options: RecordSessionOptions): Promise<RecordedSession> {
    if (!(await this.settings.look()).isRecordingEnabled) {
      await this.#unfinished.end();
      return switchedOff(this);
    }
    const resumed = this.#unfinished.take(options.source.targetId);
    await this.#unfinished.end(options.otherTargets);
    this.deliveryLoop.wake();
    const decided = resumed?.folder.facts ?? (await decideSession(this, options));
    if (options.uploadIntervalMs !== undefined) resumed?.delivery.uploadEvery(options.uploadIntervalMs);
    const session = new LiveSession(this, options, decided);
    this.sessions.add(session);
    try {
      await session.start(resumed);
    } catch (error) {
      await session.stop('source-failed');
      throw error;
    }
    return session;
  }

  /** @returns whether everything that has ended is stored */
  async flush(withinMs: number): Promise<boolean> {
    await this.#unfinished.end();
    return this.deliveryLoop.drain(withinMs);
  }

  /** Ends the sessions under way cleanly first. */
  async close(): Promise<void> {
    this.#timeWatch.stop();
    this.#diskRoom.stop();
    this.settings.stop();
    await this.sessions.close();
    await this.deliveryLoop.stop();
    await this.noticeReports.stop(lastReportsWithinMs);
    await this.#keepClockOffset();
    await this.#unfinished.close();
    await this.#status.stop();
    this.#parts.lock.release();
  }

  newDelivery(folder: RecordingFolder, spool: SegmentSpool, uploadIntervalMs?: number): RecordingDelivery {
    const { fetch, messageLifeMs, maxUploadBytes = defaultMaxUploadBytes } = this.#parts.options;
    return new RecordingDelivery({
      folder,
      spool,
      client: this.client,
      clock: this.clock,
      log: this.log,
      onWatch: (watch) => this.watches.note(watch),
      wake: () => this.deliveryLoop.wake(),
      messageLifeMs: messageLifeMs ?? defaultMessageLifeMs,
      maxUploadBytes,
      ...(uploadIntervalMs !== undefined && { uploadIntervalMs }),
      ...(fetch && { fetch }),
    });
  }

  keeperOptions(folder: RecordingFolder, spool: SegmentSpool) {
    const { agentId, key } = this;
    const { recordingId } = folder.facts;
    return {
      folder,
      spool,
      agentId,
      signer: key,
      onSealed: () => this.deliveryLoop.wake(),
      onMended: () => this.log('error', 'journal damaged, a gap is declared', { recordingId }),
    };
  }

  async #recoverUnfinished(folder: RecordingFolder, spool: SegmentSpool, delivery: RecordingDelivery): Promise<void> {
    const keeper = await RecordingKeeper.recover(this.keeperOptions(folder, spool));
    if (!keeper) return this.#giveUpJournal(folder, spool, delivery);
    await this.#unfinished.add({ folder, keeper, delivery });
    this.deliveryLoop.add(delivery);
  }

  /** What is sealed is delivered all the same; its end is attested by nobody. */
  async #giveUpJournal(folder: RecordingFolder, spool: SegmentSpool, delivery: RecordingDelivery): Promise<void> {
    const last = spool.segments.at(-1);
    if (!last) return folder.remove();
    this.log('error', 'journal unreadable, its records are lost', { recordingId: folder.facts.recordingId });
    await folder.change({ end: { reason: 'agent-died', finalSequence: last.sequence } });
    this.deliveryLoop.add(delivery);
  }

  /** What comes first after a standstill must not come before the gap: to be called when a source speaks. */
  noticeStandstill(): void {
    this.#timeWatch.look();
  }

  #noteStandstill(standstill: Standstill): void {
    this.log('warn', 'the machine or this process stood still', { sleptMs: standstill.sleptMs });
    this.sessions.noteStandstill(standstill);
  }

  /** The next answer tells how far it is off now; one is asked for at once. */
  #noteWallClockSet(byMs: number): void {
    this.log('warn', 'the wall clock of this host was set', { byMs: Math.round(byMs) });
    this.sessions.wake();
  }

  /** Of use to the next run, and no more than that: a full disk must not keep this one from closing. */
  async #keepClockOffset(): Promise<void> {
    try {
      await this.deviceState.keepClockOffset(this.clockOffset.offsetMs);
    } catch (error) {
      this.log('warn', 'the clock offset could not be kept', describeError(error));
    }
  }

  async #forget(delivery: RecordingDelivery): Promise<void> {
    const { recordingId, refusedBecause } = delivery.progress();
    await delivery.removeFolder();
    if (refusedBecause === undefined) this.log('info', 'recording stored', { recordingId });
    else this.log('error', 'recording given up', { recordingId, refusedBecause });
  }
}
