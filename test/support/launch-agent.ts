import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type RecordingId, recordingIdSchema } from '@afterimage/contracts';
import type { AgentCommand, AgentReport } from './agent-process.ts';

const program = fileURLToPath(new URL('./agent-process.ts', import.meta.url));

/** An agent's process that records a known screen. */
export class LaunchedAgent {
  readonly #child: ChildProcess;
  readonly #reports: AgentReport[] = [];
  #errors = '';
  #onReport: () => void = () => {};

  /** The directory must be an enrolled agent's. Resolves once its session runs. */
  static async record(dataDirectory: string): Promise<LaunchedAgent> {
    const launched = new LaunchedAgent(dataDirectory, 'record');
    await launched.#next('ready');
    return launched;
  }

  /** Delivers what an earlier process left. @returns whether all of it is stored */
  static async flush(dataDirectory: string): Promise<boolean> {
    const launched = new LaunchedAgent(dataDirectory, 'flush');
    const { isStored } = await launched.#next('ended');
    return isStored;
  }

  private constructor(dataDirectory: string, task: 'record' | 'flush') {
    this.#child = fork(program, [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: ['--no-warnings'],
      env: { ...process.env, NODE_OPTIONS: '', AGENT_DATA: dataDirectory, AGENT_TASK: task },
    });
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#errors = (this.#errors + data.toString()).slice(-10_000);
    });
    this.#child.on('message', (message: AgentReport) => {
      this.#reports.push(message);
      this.#onReport();
    });
    this.#child.on('exit', () => this.#onReport());
  }

  /** Resolves when the agent has taken the picture. */
  async draw(number: number): Promise<RecordingId> {
    this.#send({ kind: 'draw', number });
    const { recordingId } = await this.#next('drawn');
    return recordingIdSchema.parse(recordingId);
  }

  /** @returns whether everything is stored */
  async stop(): Promise<boolean> {
    this.#send({ kind: 'stop' });
    const { isStored } = await this.#next('ended');
    return isStored;
  }

  /** As a power cut would, but for the disk. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  #send(command: AgentCommand): void {
    this.#child.send(command);
  }

  async #next<K extends AgentReport['kind']>(kind: K): Promise<Extract<AgentReport, { kind: K }>> {
    for (;;) {
      const report = this.#reports.shift();
      if (report?.kind === kind) return report as Extract<AgentReport, { kind: K }>;
      if (report !== undefined) throw new Error(`the agent reported ${report.kind}, not ${kind}`);
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`the agent ended before it was ${kind}\n${this.#errors}`);
      }
      await new Promise<void>((resolve) => {
        this.#onReport = resolve;
      });
    }
  }
}
