import { BrowserSessionPanel } from '../control/browser-session-panel.ts';
import { type SessionControlsOptions, X11SessionControls } from '../control/x11-session-controls.ts';
import { BrowserNoticePresenter } from '../notice/browser-notice-presenter.ts';
import type { NoticePresenter } from '../notice/notice-presenter.ts';
import { X11NoticePresenter } from '../notice/x11-notice-presenter.ts';
import type { HotkeySettings } from '../settings/host-settings.ts';
import { findBrowser } from '../sources/browser/browser-address.ts';
import { BrowserSource } from '../sources/browser/browser-source.ts';
import { ChromiumProcess } from '../sources/browser/chromium-process.ts';
import { DevToolsConnection } from '../sources/browser/devtools-connection.ts';
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

export interface SourceControlsOptions extends SessionControlsOptions {
  readonly hotkeys: HotkeySettings;
}

/** A source, and what was started for it. */
export interface OpenSource {
  readonly source: CaptureSource;
  readonly notices: NoticePresenter;
  /** By which the user sees and controls the recording; the source must have been started. @returns takes them away */
  openControls(options: SourceControlsOptions): Promise<() => Promise<void>>;
  /** Ends the recorded program, where it can be ended. */
  end(): Promise<void>;
  /** Leaves what was not started for it. */
  close(): Promise<void>;
}

/** @throws X11Error, DevToolsError, ChromiumLaunchError */
export function openSource(options: SourceOptions): Promise<OpenSource> {
  return options.source === 'x11' ? openDisplay(options) : openBrowser(options);
}

async function openDisplay({ display, authority, fps }: SourceOptions): Promise<OpenSource> {
  const where = {
    display: display ?? process.env.DISPLAY ?? ':0',
    ...(authority !== undefined && { authorityFile: authority }),
  };
  const rate = fps === undefined ? {} : { maxFramesPerSecond: fps };
  const source = await X11Source.open({ ...where, ...rate, clock: systemClock });
  const notices = new X11NoticePresenter(where);
  const openControls = async (controlled: SourceControlsOptions) => {
    const controls = await X11SessionControls.open({ ...controlled, where });
    return async () => controls.close();
  };
  return { source, notices, openControls, end: () => Promise.resolve(), close: () => source.stop() };
}

async function openBrowser(options: SourceOptions): Promise<OpenSource> {
  const { attach, width, height, browser, url, window } = options;
  const rate = options.fps === undefined ? {} : { maxFramesPerSecond: options.fps };
  const openAt = (webSocketUrl: string) => {
    const source = new BrowserSource({ webSocketUrl, clock: systemClock, ...rate });
    const openControls = async (controlled: SourceControlsOptions) => {
      const panel = new BrowserSessionPanel({ ...controlled, source });
      return () => panel.close();
    };
    return { source, notices: new BrowserNoticePresenter(source), openControls };
  };
  if (attach !== undefined) {
    const webSocketUrl = await findBrowser(attach);
    return { ...openAt(webSocketUrl), end: () => endBrowser(webSocketUrl), close: () => Promise.resolve() };
  }
  const chromium = await ChromiumProcess.launch({
    width,
    height,
    hasWindow: window,
    ...(browser !== undefined && { executablePath: browser }),
    ...(url !== undefined && { url }),
  });
  return { ...openAt(chromium.webSocketUrl), end: () => chromium.close(), close: () => chromium.close() };
}

async function endBrowser(webSocketUrl: string): Promise<void> {
  const connection = await DevToolsConnection.open(webSocketUrl);
  await connection.send('Browser.close').catch(() => undefined);
  await connection.close();
}
