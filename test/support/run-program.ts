import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repository } from '../../scripts/build.ts';

/** A program of the product as its users start it: a process of its own. */
export class RunningProgram {
  output = '';
  errors = '';
  readonly #child: ReturnType<typeof spawn>;
  readonly #closed: Promise<unknown[]>;

  /** @param program path in the repository */
  constructor(program: string, args: readonly string[], environment: Record<string, string> = {}) {
    this.#child = spawn(process.execPath, ['--no-warnings', join(repository, program), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '', ...environment },
    });
    this.#child.stdout?.on('data', (data: Buffer) => {
      this.output += data.toString();
    });
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.errors += data.toString();
    });
    this.#closed = once(this.#child, 'close');
  }

  /** @returns what it printed @throws Error with what it said when it failed */
  async finished(): Promise<string> {
    const [code, signal] = await this.#closed;
    if (code !== 0) throw new Error(`it ended with ${String(code ?? signal)}\n${this.errors}`);
    return this.output;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#child.kill(signal);
    await this.#closed;
  }
}
