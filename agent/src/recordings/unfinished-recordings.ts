import type { RecordingDelivery } from '../delivery/recording-delivery.ts';
import type { DeviceState } from '../identity/device-state.ts';
import type { Logger } from '../log/logger.ts';
import type { RecordingFolder } from './recording-folder.ts';
import type { RecordingKeeper } from './recording-keeper.ts';

/** One recording on this host that is not wholly stored: where it is kept, and who brings it to the service. */
export interface LocalRecording {
  readonly folder: RecordingFolder;
  readonly keeper: RecordingKeeper;
  readonly delivery: RecordingDelivery;
}

export interface UnfinishedRecordingsOptions {
  readonly deviceState: DeviceState;
  readonly log: Logger;
}

/** Left by a process that died while it recorded: they go on when their screen is found again, or are signed off. */
export class UnfinishedRecordings {
  readonly #options: UnfinishedRecordingsOptions;
  #recordings: LocalRecording[] = [];

  constructor(options: UnfinishedRecordingsOptions) {
    this.#options = options;
  }

  /** One that had written its end already needs nothing more than to be delivered. */
  async add(recording: LocalRecording): Promise<void> {
    const { keeper } = recording;
    if (keeper.hasEnded) await this.#options.deviceState.keepRecordingHead(keeper.chainHead);
    else this.#recordings.push(recording);
  }

  /** @returns the one of that screen, to go on with */
  take(targetId: string): LocalRecording | undefined {
    const index = this.#recordings.findIndex(({ folder }) => folder.facts.targetId === targetId);
    return index < 0 ? undefined : this.#recordings.splice(index, 1)[0];
  }

  /** Signs off all but those of the named screens, so that they can be completed. */
  async end(exceptTargets: readonly string[] = []): Promise<void> {
    const { deviceState, log } = this.#options;
    const isKept = ({ folder }: LocalRecording) => exceptTargets.includes(folder.facts.targetId);
    const ended = this.#recordings.filter((recording) => !isKept(recording));
    this.#recordings = this.#recordings.filter(isKept);
    for (const { folder, keeper } of ended) {
      await keeper.end('agent-died');
      await deviceState.keepRecordingHead(keeper.chainHead);
      log('warn', 'recording of a dead process ended', { recordingId: folder.facts.recordingId });
    }
  }

  /** The next process takes them up again. */
  async close(): Promise<void> {
    for (const { keeper } of this.#recordings) await keeper.close();
  }
}
