import type { Clock } from '../../time/clock.ts';
import type { CaptureExtent, CaptureListener, CaptureSource } from '../capture-source.ts';
import { ActivePage } from './active-page.ts';
import { DevToolsConnection, DevToolsError, type DevToolsEvent } from './devtools-connection.ts';
import {
  attachedSchema,
  frameNavigatedSchema,
  navigatedWithinSchema,
  screencastFrameSchema,
  targetDestroyedSchema,
  targetInfoSchema,
  targetsSchema,
  visibilitySchema,
  windowSchema,
} from './devtools-events.ts';
import { OwnPage } from './own-page.ts';
import { type RawFrame, Screencast } from './screencast.ts';

export interface BrowserSourceOptions {
  readonly webSocketUrl: string;
  readonly clock: Clock;
  readonly maxFramesPerSecond?: number;
  /** Sees every picture as the browser gave it, before anything else does. */
  readonly onRawFrame?: (frame: RawFrame) => void;
}

interface Page {
  readonly targetId: string;
  readonly screencast: Screencast;
  title: string;
  /** Its title is about to be asked for. */
  titleTimer: NodeJS.Timeout | undefined;
}

const titleDelayMs = 500;

/** Records the page that the user sees, over the DevTools protocol: pictures when something changed, and navigation. */
export class BrowserSource implements CaptureSource {
  readonly kind = 'browser';
  readonly targetId: string;
  readonly #options: BrowserSourceOptions;
  readonly #active = new ActivePage();
  /** By DevTools session. */
  readonly #pages = new Map<string, Page>();
  #connection: DevToolsConnection | undefined;
  #listener: CaptureListener | undefined;
  /** Pages of the agent's own. */
  readonly #ownTargets = new Set<string>();
  /** While such a page is being opened, it is not known yet which of the new ones it is. */
  #opening: Promise<unknown> = Promise.resolve();
  #shownSessionId: string | undefined;
  #extent: CaptureExtent = 'screen';
  #isStopped = false;

  constructor(options: BrowserSourceOptions) {
    this.#options = options;
    this.targetId = options.webSocketUrl;
  }

  /** @throws DevToolsError */
  async start(listener: CaptureListener, extent: CaptureExtent = 'screen'): Promise<void> {
    this.#listener = listener;
    this.#extent = extent;
    const connection = await DevToolsConnection.open(this.#options.webSocketUrl);
    this.#connection = connection;
    connection.onEvent((event) => this.#handle(event));
    void connection.closed.then(() => {
      if (!this.#isStopped) listener.onLost();
    });
    await connection.send('Target.setDiscoverTargets', { discover: true });
  }

  capture(extent: CaptureExtent): void {
    const wasOfScreen = this.#extent === 'screen';
    this.#extent = extent;
    if (wasOfScreen === (extent === 'screen')) return;
    for (const [sessionId, { screencast }] of this.#pages) {
      if (wasOfScreen) void screencast.stop();
      else screencast.setActive(sessionId === this.#shownSessionId);
    }
  }

  /** Of the window that was opened first. */
  async measure(): Promise<{ width: number; height: number }> {
    const { targetInfos } = targetsSchema.parse(await this.#connection?.send('Target.getTargets'));
    const page = targetInfos.find(({ type, targetId }) => type === 'page' && !this.#ownTargets.has(targetId));
    const window = await this.#connection?.send('Browser.getWindowForTarget', { targetId: page?.targetId });
    return windowSchema.parse(window).bounds;
  }

  /** Opens a page that is no part of what is recorded, in front of the user's or behind them. @throws DevToolsError */
  async openOwnPage(url: string, place: 'in-front' | 'behind' = 'in-front'): Promise<OwnPage> {
    const connection = this.#connection;
    if (!connection) throw new DevToolsError('Target.createTarget', 'nothing is recorded');
    const opening = OwnPage.open(connection, { url, isBehind: place === 'behind' }, (targetId) =>
      this.#ownTargets.add(targetId),
    );
    this.#opening = opening.catch(() => undefined);
    return opening;
  }

  showAgain(): void {
    if (this.#shownSessionId !== undefined) this.#pages.get(this.#shownSessionId)?.screencast.showAgain();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const page of this.#pages.values()) clearTimeout(page.titleTimer);
    await Promise.all([...this.#pages.values()].map((page) => page.screencast.stop()));
    await this.#connection?.close();
  }

  #handle(event: DevToolsEvent): void {
    const { method, params, sessionId } = event;
    if (method === 'Target.targetCreated') void this.#attach(params);
    else if (method === 'Target.targetDestroyed') this.#detach(targetDestroyedSchema.parse(params).targetId);
    else if (method === 'Target.targetInfoChanged') this.#noticeTitle(params);
    else if (sessionId !== undefined) this.#handleOfPage(method, params, sessionId);
  }

  #handleOfPage(method: string, params: Record<string, unknown>, sessionId: string): void {
    if (method === 'Page.screencastFrame') {
      this.#pages.get(sessionId)?.screencast.receive(screencastFrameSchema.parse(params));
    } else if (method === 'Page.screencastVisibilityChanged') {
      if (visibilitySchema.parse(params).visible) this.#active.show(sessionId);
      else this.#active.hide(sessionId);
      this.#followActivePage();
    } else if (method === 'Page.frameNavigated') {
      const { frame } = frameNavigatedSchema.parse(params);
      if (frame.parentId === undefined) this.#noticeNavigation(frame.url);
    } else if (method === 'Page.navigatedWithinDocument') {
      this.#noticeNavigation(navigatedWithinSchema.parse(params).url);
    }
  }

  /** A page may close while it is being attached to; its session is then dropped with it. */
  async #attach(params: Record<string, unknown>): Promise<void> {
    const { targetId, type, title, url } = targetInfoSchema.parse(params).targetInfo;
    const connection = this.#connection;
    if (!connection || type !== 'page' || url.startsWith('devtools:')) return;
    await this.#opening;
    if (this.#ownTargets.has(targetId)) return;
    try {
      const attached = await connection.send('Target.attachToTarget', { targetId, flatten: true });
      const { sessionId } = attachedSchema.parse(attached);
      const page: Page = {
        targetId,
        title,
        titleTimer: undefined,
        screencast: this.#screencastOf(sessionId, connection),
      };
      this.#pages.set(sessionId, page);
      this.#active.show(sessionId);
      await connection.send('Page.enable', {}, sessionId);
      if (this.#extent === 'screen') await page.screencast.start();
      this.#followActivePage();
    } catch {
      this.#detach(targetId);
    }
  }

  #screencastOf(sessionId: string, connection: DevToolsConnection): Screencast {
    return new Screencast({
      clock: this.#options.clock,
      maxFramesPerSecond: this.#options.maxFramesPerSecond ?? 10,
      send: (method, params) => connection.send(method, params, sessionId),
      onFrame: async (frame) => {
        if (this.#active.sessionId !== sessionId) return;
        await this.#listener?.onFrame(frame);
        this.#askForTitleSoon(sessionId);
      },
      onBroken: () => this.#listener?.onLost(),
      ...(this.#options.onRawFrame ? { onRawFrame: this.#options.onRawFrame } : {}),
    });
  }

  #detach(targetId: string): void {
    for (const [sessionId, page] of this.#pages) {
      if (page.targetId !== targetId) continue;
      clearTimeout(page.titleTimer);
      this.#pages.delete(sessionId);
      this.#active.close(sessionId);
    }
    this.#followActivePage();
  }

  /** Pages in the background are not looked at; one that comes to the front gives a picture at once. */
  #followActivePage(): void {
    const sessionId = this.#active.sessionId;
    if (sessionId === this.#shownSessionId) return;
    const isFirst = this.#shownSessionId === undefined;
    this.#shownSessionId = sessionId;
    for (const [id, page] of this.#pages) page.screencast.setActive(this.#extent === 'screen' && id === sessionId);
    const page = sessionId === undefined ? undefined : this.#pages.get(sessionId);
    if (page && !isFirst) this.#emit('window.activated', page.title || 'Untitled page');
  }

  #noticeNavigation(url: string): void {
    const text = withoutCredentials(url);
    if (text !== 'about:blank') this.#emit('navigation', text);
    if (this.#extent === 'events') for (const sessionId of this.#pages.keys()) this.#askForTitleSoon(sessionId);
  }

  /** The browser tells late, or not at all, that a title has changed: a page that draws is asked soon after. */
  #askForTitleSoon(sessionId: string): void {
    const page = this.#pages.get(sessionId);
    if (page) page.titleTimer ??= setTimeout(() => void this.#askForTitle(page), titleDelayMs);
  }

  async #askForTitle(page: Page): Promise<void> {
    page.titleTimer = undefined;
    const { targetId } = page;
    const answer = await this.#connection?.send('Target.getTargetInfo', { targetId }).catch(() => undefined);
    if (answer) this.#noticeTitle(answer);
  }

  /** Until a page has a title, the browser reports its address as one. */
  #noticeTitle(params: Record<string, unknown>): void {
    const { targetId, title, url } = targetInfoSchema.parse(params).targetInfo;
    const page = [...this.#pages.values()].find((candidate) => candidate.targetId === targetId);
    if (!page || title === page.title || title === '' || url.includes(title)) return;
    page.title = title;
    this.#emit('title', title);
  }

  #emit(kind: 'navigation' | 'title' | 'window.activated', text: string): void {
    if (this.#extent === 'nothing') return;
    this.#listener?.onEvent({ atMs: this.#options.clock.monotonicMs(), kind, text });
  }
}

/** An address may carry a name and a password; they are nobody's business. */
function withoutCredentials(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.username === '' && url.password === '') return address;
  url.username = '';
  url.password = '';
  return url.href;
}
