import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';

/** One log file, opened at its first line; a failing disk loses log lines, never a request. */
export class LogFile {
  readonly #handle: Promise<FileHandle>;
  #pending = '';
  #writing: Promise<void> | undefined;

  constructor(directory: string, fileName: string) {
    this.#handle = mkdir(directory, { recursive: true }).then(() => open(join(directory, fileName), 'a'));
    this.#handle.catch(() => {});
  }

  append(text: string): void {
    this.#pending += text;
    this.#writing ??= this.#drain();
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#handle.then((handle) => handle.close()).catch(() => {});
  }

  async #drain(): Promise<void> {
    try {
      const handle = await this.#handle;
      while (this.#pending !== '') {
        const text = this.#pending;
        this.#pending = '';
        await handle.appendFile(text);
      }
    } catch {
      this.#pending = '';
    } finally {
      this.#writing = undefined;
    }
  }
}
