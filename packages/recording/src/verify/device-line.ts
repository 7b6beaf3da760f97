/** What is known of one recording of a device, from its signed manifest. */
export interface LinkedRecording {
  readonly recordingId: string;
  readonly agentId: string;
  /** Counts the device's recordings from 1. */
  readonly counter: number;
  /** Head of the recording of the device that had ended last when this one began, hex; zeros for none. */
  readonly previousHead: string;
  readonly head: string;
  /** Whether the head is the end that the device sealed. */
  readonly isEndAttested: boolean;
}

export type DeviceFinding =
  /** Counters that no recording here has. `after` is absent where the first ones are missing. */
  | {
      readonly kind: 'recordings-missing';
      readonly agentId: string;
      readonly counters: readonly [from: number, to: number];
      readonly after?: string;
      readonly before: string;
    }
  /** One number twice: two devices with one key, or a device whose disk was set back. */
  | {
      readonly kind: 'counter-repeated';
      readonly agentId: string;
      readonly counter: number;
      readonly recordingIds: readonly string[];
    }
  /** Every earlier recording of the device is here with its end, and none is the one that this one follows. */
  | { readonly kind: 'link-broken'; readonly agentId: string; readonly recordingId: string; readonly counter: number };

const NO_RECORDING = '00'.repeat(32);

/**
 * Looks for recordings that vanished whole. Nothing tells whether recordings are missing behind a device's last one.
 * Several sessions of a host may be recorded at once, so a recording may follow any earlier one.
 */
export function followDevices(recordings: readonly LinkedRecording[]): DeviceFinding[] {
  const lines = new Map<string, DeviceLine>();
  for (const recording of recordings.toSorted((a, b) => a.counter - b.counter)) {
    const line = lines.get(recording.agentId) ?? new DeviceLine();
    lines.set(recording.agentId, line);
    line.take(recording);
  }
  return [...lines.values()].flatMap((line) => line.findings);
}

/** Takes one device's recordings in the order of their counters. */
class DeviceLine {
  readonly findings: DeviceFinding[] = [];
  readonly #heads = new Set([NO_RECORDING]);
  #namesakes: LinkedRecording[] = [];
  /** Everything up to the last counter is here, to its end. */
  #isWhole = true;

  take(recording: LinkedRecording): void {
    const { agentId, recordingId, counter } = recording;
    const [before] = this.#namesakes;
    if (before?.counter === counter) {
      this.#repeat(recording);
      return;
    }
    const expected = (before?.counter ?? 0) + 1;
    if (counter > expected) {
      const after = before === undefined ? {} : { after: before.recordingId };
      const counters = [expected, counter - 1] as const;
      this.findings.push({ kind: 'recordings-missing', agentId, counters, ...after, before: recordingId });
      this.#isWhole = false;
    }
    if (this.#isWhole && !this.#heads.has(recording.previousHead)) {
      this.findings.push({ kind: 'link-broken', agentId, recordingId, counter });
    }
    this.#namesakes = [recording];
    this.#isWhole &&= recording.isEndAttested;
    this.#heads.add(recording.head);
  }

  #repeat(recording: LinkedRecording): void {
    const { agentId, counter } = recording;
    this.#namesakes.push(recording);
    this.#heads.add(recording.head);
    if (this.#namesakes.length > 2) this.findings.pop();
    const recordingIds = this.#namesakes.map(({ recordingId }) => recordingId);
    this.findings.push({ kind: 'counter-repeated', agentId, counter, recordingIds });
  }
}
