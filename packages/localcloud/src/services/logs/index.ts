import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { accountId, type Kernel, type ResourceProvider, region } from '../../kernel/types.ts';

export interface Logs {
  providers: ResourceProvider[];
  /** Appends whole lines to a log group's file; writes are in order, and are not waited for. */
  appendLog(logGroupName: string, text: string): void;
  /** Writes what is pending and closes the files. */
  close(): Promise<void>;
}

/** Log groups as plain files: `DATA/logs/GROUP.log`, slashes of the group's name as dots. */
export function createLogs(kernel: Kernel): Logs {
  const directory = join(kernel.dataDirectory, 'logs');
  const files = new Map<string, LogFile>();
  return {
    providers: [logGroupProvider(kernel)],
    appendLog(logGroupName, text) {
      const file = files.get(logGroupName) ?? new LogFile(directory, fileNameOf(logGroupName));
      files.set(logGroupName, file);
      file.append(text);
    },
    async close() {
      await Promise.all([...files.values()].map((file) => file.close()));
    },
  };
}

function logGroupProvider(kernel: Kernel): ResourceProvider {
  return {
    type: 'AWS::Logs::LogGroup',
    understood: ['LogGroupName'],
    harmless: {
      RetentionInDays: 'log files are kept until the data directory is cleared',
      KmsKeyId: 'the files lie on the operator’s own disk',
      LogGroupClass: 'a matter of price',
      Tags: 'for people',
    },
    async provision({ stackName, logicalId, properties }) {
      const name = String(properties.LogGroupName ?? kernel.physicalName(stackName, logicalId));
      return { ref: name, attributes: { Arn: `arn:aws:logs:${region}:${accountId}:log-group:${name}:*` } };
    },
  };
}

function fileNameOf(logGroupName: string): string {
  return `${logGroupName.replace(/^\//, '').replace(/[^\w-]+/g, '.')}.log`;
}

/** One log file, opened at its first line; a failing disk loses log lines, never a request. */
class LogFile {
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
