import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

/** An X server without a screen, and the programs that run on it. */
export class XServer {
  /** Such as `:3`. */
  readonly display: string;
  readonly #server: ChildProcess;
  readonly #programs: ChildProcess[] = [];

  static async start(options: { size?: string; authorityFile?: string } = {}): Promise<XServer> {
    const { size = '800x600', authorityFile } = options;
    const authority = authorityFile === undefined ? [] : ['-auth', authorityFile];
    const words = ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp', '-noreset', ...authority];
    const server = spawn('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const number = await new Promise<string>((resolve, reject) => {
      server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
      server.stdio[3]?.once('data', (data) => resolve(String(data).trim()));
    });
    return new XServer(server, `:${number}`);
  }

  private constructor(server: ChildProcess, display: string) {
    this.#server = server;
    this.display = display;
  }

  /** Starts a program that runs until the server stops. */
  launch(program: string, ...words: string[]): void {
    this.#programs.push(spawn(program, words, { env: this.#environment(), stdio: 'ignore' }));
  }

  /** Runs a program to its end. */
  async run(program: string, ...words: string[]): Promise<void> {
    await promisify(execFile)(program, words, { env: this.#environment() });
  }

  /** As an X server dies that nobody asked. */
  kill(): Promise<void> {
    return end(this.#server, 'SIGKILL');
  }

  get processId(): number {
    return this.#server.pid ?? 0;
  }

  async endPrograms(): Promise<void> {
    for (const program of this.#programs.splice(0)) await end(program, 'SIGTERM');
  }

  async stop(): Promise<void> {
    await this.endPrograms();
    await end(this.#server, 'SIGTERM');
  }

  #environment(): NodeJS.ProcessEnv {
    return { ...process.env, DISPLAY: this.display, LC_ALL: 'C.UTF-8' };
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exited;
}
