import { findBrowser } from '../sources/browser/browser-address.ts';
import { BrowserSource } from '../sources/browser/browser-source.ts';
import { ChromiumProcess } from '../sources/browser/chromium-process.ts';
import type { CaptureSource } from '../sources/capture-source.ts';
import { X11Source } from '../sources/x11/x11-source.ts';
import { systemClock } from '../time/clock.ts';

export interface SourceOptions {
  readonly source: 'browser' | 'x11';
  readonly display?: string;
  readonly authority?: string;
  readonly fps?: number;
  readonly attach?: string;
  readonly browser?: string;
  readonly window: boolean;
  readonly url?: string;
  readonly width: number;
  readonly height: number;
}

/** A source, and what was started for it. */
export interface OpenSource {
  readonly source: CaptureSource;
  close(): Promise<void>;
}

/** @throws X11Error, DevToolsError, ChromiumLaunchError */
export function openSource(options: SourceOptions): Promise<OpenSource> {
  return options.source === 'x11' ? openDisplay(options) : openBrowser(options);
}

async function openDisplay({ display, authority, fps }: SourceOptions): Promise<OpenSource> {
  const source = await X11Source.open({
    display: display ?? process.env.DISPLAY ?? ':0',
    clock: systemClock,
    ...(authority !== undefined && { authorityFile: authority }),
    ...(fps !== undefined && { maxFramesPerSecond: fps }),
  });
  return { source, close: () => source.stop() };
}

async function openBrowser(options: SourceOptions): Promise<OpenSource> {
  const { attach, width, height, browser, url, window } = options;
  const rate = options.fps === undefined ? {} : { maxFramesPerSecond: options.fps };
  const sourceAt = (webSocketUrl: string) => new BrowserSource({ webSocketUrl, clock: systemClock, ...rate });
  if (attach !== undefined) {
    return { source: sourceAt(await findBrowser(attach)), close: () => Promise.resolve() };
  }
  const chromium = await ChromiumProcess.launch({
    width,
    height,
    hasWindow: window,
    ...(browser !== undefined && { executablePath: browser }),
    ...(url !== undefined && { url }),
  });
  return { source: sourceAt(chromium.webSocketUrl), close: () => chromium.close() };
}
