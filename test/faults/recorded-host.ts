import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaultyNetwork } from './faulty-network.ts';
import type { HostCommand, HostReport, HostSettings } from './recording-process.ts';
import { type TruthEntry, TruthLog } from './truth-log.ts';

const program = fileURLToPath(new URL('./recording-process.ts', import.meta.url));

export interface RecordedHostOptions {
  readonly directory: string;
  readonly seed: number;
  readonly pictureEveryMs: number;
  readonly uploadIntervalMs: number;
  /** Where compiled code is kept, so that the many starts are quick. */
  readonly compileCache: string;
}

/** A host with an enrolled agent, a screen, and a line to the service; all three can fail. */
export class RecordedHost {
  readonly options: RecordedHostOptions;
  readonly dataDirectory: string;
  readonly truthFile: string;
  readonly network: FaultyNetwork;
  #wallOffsetMs = 0;
  #child: ChildProcess | undefined;
  #isStored = false;
  #isReady = false;
  #errors = '';

  static async prepare(options: RecordedHostOptions): Promise<RecordedHost> {
    const host = new RecordedHost(options, await FaultyNetwork.open());
    new TruthLog(host.truthFile).close();
    return host;
  }

  private constructor(options: RecordedHostOptions, network: FaultyNetwork) {
    this.options = options;
    this.network = network;
    this.dataDirectory = join(options.directory, 'agent');
    this.truthFile = join(options.directory, 'truth.jsonl');
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The agent's session is under way. */
  get isRecording(): boolean {
    return this.isRunning && this.#isReady;
  }

  /** What the last process said before it ended. */
  get errors(): string {
    return this.#errors;
  }

  /** Whether the process that was told to finish has seen all of it stored. */
  get isStored(): boolean {
    return this.#isStored;
  }

  /** Returns while the agent still starts: it may be killed at any moment of it. */
  start(isFlush = false): void {
    const { seed, pictureEveryMs, uploadIntervalMs, compileCache } = this.options;
    const { dataDirectory, truthFile } = this;
    const settings: HostSettings = {
      dataDirectory,
      truthFile,
      seed,
      pictureEveryMs,
      uploadIntervalMs,
      isFlush,
      wallOffsetMs: this.#wallOffsetMs,
    };
    this.#isStored = false;
    this.#isReady = false;
    this.#errors = '';
    const child = fork(program, [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: ['--no-warnings'],
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        NODE_COMPILE_CACHE: compileCache,
        NODE_USE_ENV_PROXY: '1',
        HTTP_PROXY: this.network.proxyUrl,
        NO_PROXY: '',
        FAULTS_HOST: JSON.stringify(settings),
      },
    });
    child.stderr?.on('data', (data: Buffer) => {
      this.#errors = (this.#errors + data.toString()).slice(-4_000);
    });
    child.on('message', (message: HostReport) => {
      if (message.kind === 'ready') this.#isReady = true;
      if (message.kind === 'ended') this.#isStored = message.isStored;
    });
    child.on('exit', (code, signal) => {
      const why = signal === 'SIGKILL' ? ('killed' as const) : ('failed' as const);
      if (code !== 0) this.#note({ kind: 'died', why, atMs: Date.now() });
    });
    this.#child = child;
  }

  async kill(): Promise<void> {
    if (!this.isRunning || this.#child === undefined) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  suspend(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** @param sleptMs how much later the host's clock is than it would be */
  wake(sleptMs: number): void {
    this.#child?.kill('SIGCONT');
    this.setClock(this.#wallOffsetMs + sleptMs);
  }

  /** @param wallOffsetMs how far the host's clock is ahead of the right time */
  setClock(wallOffsetMs: number): void {
    this.#wallOffsetMs = wallOffsetMs;
    this.tell({ kind: 'set-clock', wallOffsetMs });
  }

  tell(command: HostCommand): void {
    if (this.isRunning && this.#child?.connected) this.#child.send(command, () => undefined);
  }

  async close(): Promise<void> {
    await this.kill();
    await this.network.close();
  }

  #note(entry: TruthEntry): void {
    appendFileSync(this.truthFile, `${JSON.stringify(entry)}\n`);
  }
}
