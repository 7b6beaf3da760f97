import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import npmShippedChromium from '@sparticuz/chromium';

export interface ChromiumOptions {
  /** Default: the Chromium that ships as an npm package. */
  readonly executablePath?: string;
  readonly width: number;
  readonly height: number;
  /** Default: without a window. */
  readonly hasWindow?: boolean;
  readonly url?: string;
}

/** No browser came up. */
export class ChromiumLaunchError extends Error {
  constructor(reason: string) {
    super(`Chromium did not start: ${reason}`);
    this.name = 'ChromiumLaunchError';
  }
}

const startTimeoutMs = 30_000;
const exitTimeoutMs = 5_000;

/** A browser of our own, with a profile that is thrown away. */
export class ChromiumProcess {
  /** WebSocket of the DevTools protocol, on the loopback interface. */
  readonly webSocketUrl: string;
  readonly #child: ChildProcess;
  readonly #profileDirectory: string;

  /** @throws ChromiumLaunchError */
  static async launch(options: ChromiumOptions): Promise<ChromiumProcess> {
    const executablePath = options.executablePath ?? (await npmShippedChromium.executablePath());
    const profileDirectory = await mkdtemp(join(tmpdir(), 'afterimage-chromium-'));
    const child = spawn(executablePath, chromiumArguments(options, profileDirectory), {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    try {
      return new ChromiumProcess(child, profileDirectory, await readWebSocketUrl(child));
    } catch (error) {
      child.kill('SIGKILL');
      await rm(profileDirectory, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(child: ChildProcess, profileDirectory: string, webSocketUrl: string) {
    this.#child = child;
    this.#profileDirectory = profileDirectory;
    this.webSocketUrl = webSocketUrl;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = new Promise((resolve) => this.#child.once('exit', resolve));
      this.#child.kill('SIGTERM');
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), exitTimeoutMs);
      await exited;
      clearTimeout(timer);
    }
    await rm(this.#profileDirectory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/**
 * `detached` keeps Ctrl-C of a terminal away from the browser: the agent ends first, and then its browser. The debugging
 * pipe is never written to; it closes when the agent dies, however it dies, and the browser ends with it. One colour
 * profile and one device scale make the pixels the same everywhere.
 */
function chromiumArguments(options: ChromiumOptions, profileDirectory: string): string[] {
  return [
    ...(options.hasWindow ? [] : ['--headless']),
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--remote-debugging-port=0',
    '--remote-debugging-pipe',
    `--user-data-dir=${profileDirectory}`,
    `--window-size=${options.width},${options.height}`,
    '--force-color-profile=srgb',
    '--force-device-scale-factor=1',
    '--hide-scrollbars=false',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    options.url ?? 'about:blank',
  ];
}

function readWebSocketUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new ChromiumLaunchError(reason));
    const timer = setTimeout(() => fail('it says nothing'), startTimeoutMs);
    let output = '';
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`it ended with ${code}`));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000);
      const url = /DevTools listening on (ws:\/\/\S+)/.exec(output)?.[1];
      if (!url) return;
      clearTimeout(timer);
      child.stderr?.removeAllListeners('data').resume();
      resolve(url);
    });
  });
}
