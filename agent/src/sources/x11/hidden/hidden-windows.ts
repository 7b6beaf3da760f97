import type { HiddenApplications } from '@afterimage/contracts';
import type { Rectangle } from '@afterimage/recording';
import x11, { type ShapeExtension, type XEvent, type XWindowTree } from 'x11';
import type { Clock } from '../../../time/clock.ts';
import type { PictureSize } from '../pixel-transfer.ts';
import type { XConnection } from '../x-connection.ts';
import { coveredAreas, insideScreen, type LaidOutWindow, settlesAfterMs, type Verdict } from './covered-areas.ts';
import { LeftAreas } from './left-areas.ts';
import { WindowOwners } from './window-owners.ts';
import { type TreeWindow, WindowTree } from './window-tree.ts';

export interface HiddenWindowsOptions {
  readonly connection: XConnection;
  readonly applications: HiddenApplications;
  readonly clock: Clock;
  /** What is covered may be another area now. */
  readonly onChange: () => void;
}

/** A frame outlives the program in it until the window manager notices. */
const frameOutlivesMs = 2_000;
/** How long a title waits until it is known whose it is. */
const nameWaits = { times: 40, eachMs: 50 } as const;
/** How long the first picture waits until it is known whose the windows are; what is unknown then is covered. */
const firstWaits = { times: 25, eachMs: 20 } as const;

/** Where on the screen windows of hidden applications are, at the very moment of each picture. */
export class HiddenWindows {
  readonly applications: HiddenApplications;
  readonly #options: HiddenWindowsOptions;
  readonly #tree: WindowTree;
  readonly #compositorAtom: number;
  readonly #owners: WindowOwners;
  readonly #left = new LeftAreas();
  #lookingAgain: NodeJS.Timeout | undefined;
  #isClosed = false;

  static async open(options: HiddenWindowsOptions): Promise<HiddenWindows> {
    const { connection, applications, onChange } = options;
    const { client, name } = connection;
    const [shape, compositorAtom, owners] = await Promise.all([
      connection.request<ShapeExtension>((reply) => client.require('shape', reply)).catch(() => undefined),
      connection.request<number>((reply) => client.InternAtom(false, `_NET_WM_CM_S${name.screen}`, reply)),
      WindowOwners.open(connection, applications.processNames, onChange),
    ]);
    const hidden = new HiddenWindows(options, shape, compositorAtom, owners);
    await hidden.#tree.begin();
    for (let time = 0; time < firstWaits.times && hidden.#hasUnknown; time++) {
      await options.clock.delay(firstWaits.eachMs);
    }
    return hidden;
  }

  private constructor(
    options: HiddenWindowsOptions,
    shape: ShapeExtension | undefined,
    compositorAtom: number,
    owners: WindowOwners,
  ) {
    const { connection, clock } = options;
    this.#options = options;
    this.applications = options.applications;
    this.#compositorAtom = compositorAtom;
    this.#owners = owners;
    this.#tree = new WindowTree(connection, shape, () => clock.monotonicMs(), {
      onAdded: (window) => owners.add(window),
      onMapped: (window) => {
        owners.noteMapped(window);
        options.onChange();
      },
      onRemoved: (window) => owners.remove(window),
      onScanned: options.onChange,
      onLeaving: (window) => this.#noteLeaving(window),
    });
    const { PropertyChange, StructureNotify, SubstructureNotify } = x11.eventMask;
    const eventMask = PropertyChange | StructureNotify | SubstructureNotify;
    connection.client.ChangeWindowAttributes(connection.root, { eventMask });
    connection.onEvent((event) => this.#take(event));
  }

  /** Asks within the caller's grab of the server, so that the areas are those of the picture that is copied there. */
  readAreas(size: PictureSize): Promise<Rectangle[]> {
    const { connection } = this.#options;
    const { client, root } = connection;
    let hasCompositor = true;
    let areas: Rectangle[] = [];
    client.GetSelectionOwner(this.#compositorAtom, (_error, owner) => {
      hasCompositor = owner !== 0;
      return true;
    });
    return connection
      .request<XWindowTree>((reply) =>
        client.QueryTree(root, (error, tree) => {
          if (!error) areas = this.#areasOf(tree.children, size, hasCompositor);
          return reply(error, tree);
        }),
      )
      .then(() => areas);
  }

  /** @returns whether the window may be named; not one whose owner nothing tells */
  async mayName(id: number): Promise<boolean> {
    for (let time = 0; time < nameWaits.times && !this.#isClosed; time++) {
      const verdict = this.#verdictIn(id);
      if (verdict !== 'unknown') return verdict === 'shown';
      await this.#options.clock.delay(nameWaits.eachMs);
    }
    return false;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#lookingAgain);
    const { PropertyChange, StructureNotify } = x11.eventMask;
    const { client, root } = this.#options.connection;
    client.ChangeWindowAttributes(root, { eventMask: PropertyChange | StructureNotify });
  }

  #take(event: XEvent): void {
    if (this.#isClosed) return;
    this.#tree.take(event);
    const window = event.name === 'PropertyNotify' && this.#tree.get(event.wid ?? 0);
    if (window) this.#owners.noteProperty(window, event.atom);
  }

  /** A window that the server has and the tree has not is impossible; it would hide everything. */
  #areasOf(children: readonly number[], size: PictureSize, hasCompositor: boolean): Rectangle[] {
    const nowMs = this.#options.clock.monotonicMs();
    const everything = { x: 0, y: 0, ...size };
    if (children.some((id) => !this.#tree.get(id))) return [everything];
    const verdicts = this.#verdictsByTopLevel();
    const windows = children.flatMap((id): LaidOutWindow[] => {
      const window = this.#tree.get(id);
      if (!window?.hasPixels) return [];
      const { area, isMapped, changedAtMs } = window;
      const verdict = verdicts.get(id) ?? 'unknown';
      return [{ area, isMapped, changedAtMs, verdict, isOpaque: window.isOpaque && !hasCompositor }];
    });
    const left = this.#left.at(nowMs).flatMap((area) => insideScreen(area, size));
    const areas = [...coveredAreas(windows, size, nowMs), ...left];
    if (areas.length > 0) this.#lookAgain(windows, nowMs);
    return areas;
  }

  /** What is covered only until windows have settled is uncovered then, whether anything is drawn or not. */
  #lookAgain(windows: readonly LaidOutWindow[], nowMs: number): void {
    const settling = windows.map(({ changedAtMs }) => changedAtMs + settlesAfterMs);
    const nextMs = Math.min(...[...settling, ...this.#left.ends()].filter((endMs) => endMs > nowMs));
    clearTimeout(this.#lookingAgain);
    if (nextMs === Number.POSITIVE_INFINITY) return;
    this.#lookingAgain = setTimeout(this.#options.onChange, nextMs - nowMs + 1);
    this.#lookingAgain.unref();
  }

  get #hasUnknown(): boolean {
    return [...this.#verdictsByTopLevel().values()].includes('unknown');
  }

  #verdictsByTopLevel(): Map<number, Verdict> {
    const verdicts = new Map<number, Verdict>();
    for (const window of this.#tree.all()) {
      const topLevel = this.#tree.topLevelOf(window);
      if (topLevel) verdicts.set(topLevel.id, stricter(verdicts.get(topLevel.id), this.#verdictOf(window)));
    }
    return verdicts;
  }

  #verdictOf(window: TreeWindow): Verdict {
    const verdict = this.#owners.verdictOf(window.id);
    return verdict === 'shown' && !window.isScanned ? 'unknown' : verdict;
  }

  /** Of a window with all that is in it; a frame is named after what is in it. */
  #verdictIn(id: number): Verdict {
    const window = this.#tree.get(id);
    if (!window) return 'unknown';
    const own = this.#verdictOf(window);
    const topLevel = this.#tree.topLevelOf(window);
    return topLevel === window ? stricter(own, this.#verdictsByTopLevel().get(id)) : own;
  }

  #noteLeaving(window: TreeWindow): void {
    const topLevel = this.#tree.topLevelOf(window);
    if (!topLevel?.isMapped) return;
    const isFrame = topLevel !== window;
    const verdict = isFrame ? this.#verdictOf(window) : this.#verdictsByTopLevel().get(topLevel.id);
    if (verdict === 'shown') return;
    const nowMs = this.#options.clock.monotonicMs();
    this.#left.add(topLevel.area, nowMs + (isFrame ? frameOutlivesMs : settlesAfterMs));
    this.#options.onChange();
  }
}

function stricter(first: Verdict | undefined, second: Verdict | undefined): Verdict {
  if (first === 'hidden' || second === 'hidden') return 'hidden';
  return first === 'unknown' || second === 'unknown' ? 'unknown' : 'shown';
}
