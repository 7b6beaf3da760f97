import * as z from 'zod';
import { JsonFile } from '../files/json-file.ts';

const hotkeySettingsSchema = z.object({
  /** For sessions that begin afterwards (USR-013). */
  enabled: z.boolean().default(false),
  /** The last keys; CTRL and SHIFT go with them. What is not permitted is refused when a session begins. */
  start: z.string().max(32).default('F8'),
  stop: z.string().max(32).default('F9'),
});
export type HotkeySettings = z.output<typeof hotkeySettingsSchema>;

const settingsSchema = z.object({
  /** Whether this host records at all (AGT-001). */
  isRecordingEnabled: z.boolean().default(true),
  /** Whether administrators may start and stop recordings here while sessions run (DYN-011). */
  dynamicControlAllowed: z.boolean().default(true),
  /** By which users start and stop their own recordings. */
  hotkeys: hotkeySettingsSchema.prefault({}),
});
export type HostSettingsValues = z.output<typeof settingsSchema>;

const lookEveryMs = 2_000;

/** What whoever manages this host has set, by a command or in the file; looked at anew while the agent runs. */
export class HostSettings {
  readonly #file: JsonFile<typeof settingsSchema>;
  readonly #onChange: () => void;
  #values = settingsSchema.parse({});
  #timer: NodeJS.Timeout | undefined;

  /** @param path the settings file; there is none on a host where nothing was ever set */
  constructor(path: string, onChange: () => void = () => undefined) {
    this.#file = new JsonFile(path, settingsSchema);
    this.#onChange = onChange;
  }

  get values(): HostSettingsValues {
    return this.#values;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A file that cannot be read changes nothing. */
  async look(): Promise<HostSettingsValues> {
    try {
      this.#take((await this.#file.read()) ?? settingsSchema.parse({}));
    } catch {
      return this.#values;
    }
    return this.#values;
  }

  async change(change: Partial<HostSettingsValues>): Promise<void> {
    const values = { ...(await this.look()), ...change };
    await this.#file.write(values);
    this.#take(values);
  }

  #take(values: HostSettingsValues): void {
    const isSame = JSON.stringify(values) === JSON.stringify(this.#values);
    this.#values = values;
    if (!isSame) this.#onChange();
  }
}
