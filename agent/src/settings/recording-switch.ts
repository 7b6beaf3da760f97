import * as z from 'zod';
import { JsonFile } from '../files/json-file.ts';

const settingsSchema = z.object({ isRecordingEnabled: z.boolean() });

const lookEveryMs = 2_000;

/** Whether this host records at all (AGT-001). On until it is switched off, by a command or by whoever manages the file. */
export class RecordingSwitch {
  readonly #file: JsonFile<typeof settingsSchema>;
  #isOn = true;
  #timer: NodeJS.Timeout | undefined;

  /** @param path the settings file; there is none on a host where nothing was ever set */
  constructor(path: string) {
    this.#file = new JsonFile(path, settingsSchema);
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A file that cannot be read changes nothing. */
  async look(): Promise<boolean> {
    try {
      this.#isOn = (await this.#file.read())?.isRecordingEnabled ?? true;
    } catch {
      return this.#isOn;
    }
    return this.#isOn;
  }

  async turn(isOn: boolean): Promise<void> {
    await this.#file.write({ isRecordingEnabled: isOn });
    this.#isOn = isOn;
  }
}
