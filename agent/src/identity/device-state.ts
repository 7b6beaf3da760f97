import { sha256Schema } from '@afterimage/contracts';
import * as z from 'zod';
import { JsonFile } from '../files/json-file.ts';
import { SerialQueue } from '../files/serial-queue.ts';

const deviceStateSchema = z.object({
  /** Highest recording counter taken; 0 before the first recording. */
  recordingCounter: z.int().min(0),
  /** Chain head of the recording that ended last, base64; absent before the first. */
  previousRecordingHead: sha256Schema.optional(),
  /** Host wall clock minus service clock, as last measured. */
  clockOffsetMs: z.number(),
});
export type DeviceStateValues = z.infer<typeof deviceStateSchema>;

const initial: DeviceStateValues = { recordingCounter: 0, clockOffsetMs: 0 };

/** What a device must never forget: a counter that is used twice looks like two devices with one key. */
export class DeviceState {
  readonly #file: JsonFile<typeof deviceStateSchema>;
  readonly #writes = new SerialQueue();
  #values: DeviceStateValues;

  static async open(path: string): Promise<DeviceState> {
    const file = new JsonFile(path, deviceStateSchema);
    return new DeviceState(file, (await file.read()) ?? initial);
  }

  private constructor(file: JsonFile<typeof deviceStateSchema>, values: DeviceStateValues) {
    this.#file = file;
    this.#values = values;
  }

  get values(): DeviceStateValues {
    return this.#values;
  }

  /** Durable before it is returned. */
  async takeRecordingCounter(): Promise<number> {
    const recordingCounter = this.#values.recordingCounter + 1;
    await this.#update({ recordingCounter });
    return recordingCounter;
  }

  async keepRecordingHead(head: Uint8Array): Promise<void> {
    await this.#update({ previousRecordingHead: Buffer.from(head).toString('base64') });
  }

  async keepClockOffset(clockOffsetMs: number): Promise<void> {
    if (clockOffsetMs !== this.#values.clockOffsetMs) await this.#update({ clockOffsetMs });
  }

  #update(change: Partial<DeviceStateValues>): Promise<void> {
    const values = { ...this.#values, ...change };
    this.#values = values;
    return this.#writes.add(() => this.#file.write(values));
  }
}
