import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { test } from '@jest/globals';

/** The Debian packages that the tests of X displays need, by program. */
const packages = {
  Xvfb: 'xvfb',
  xterm: 'xterm',
  openbox: 'openbox',
  xdotool: 'xdotool',
  xrandr: 'x11-xserver-utils',
};
type Program = keyof typeof packages;

/** A test that says which packages it misses where it cannot run. */
export function displayTest(programs: readonly Program[], title: string, body: () => Promise<void>): void {
  const missing = ['Xvfb' as const, ...programs].filter((program) => !isInstalled(program));
  if (missing.length === 0) test(title, body);
  else test.skip(`${title} (needs the packages ${missing.map((program) => packages[program]).join(', ')})`, body);
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

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

  async stop(): Promise<void> {
    for (const program of this.#programs) await end(program, 'SIGTERM');
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
