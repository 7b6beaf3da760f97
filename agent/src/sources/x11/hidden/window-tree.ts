import type { Rectangle } from '@afterimage/recording';
import x11, { type Reply, type ShapeExtension, type XEvent, type XWindowGeometry } from 'x11';
import type { XConnection } from '../x-connection.ts';

export interface TreeWindow {
  readonly id: number;
  parent: number;
  /** With its border, on its parent. Infinite until it is known. */
  area: Rectangle;
  isMapped: boolean;
  isOverrideRedirect: boolean;
  /** What is in it is known. */
  isScanned: boolean;
  /** It takes input and shows nothing. */
  hasPixels: boolean;
  /** A plain rectangle without translucent pixels. */
  isOpaque: boolean;
  /** When it was last mapped, moved, resized or restacked; monotonic. */
  changedAtMs: number;
}

export interface WindowTreeListener {
  onAdded(window: TreeWindow): void;
  onMapped(window: TreeWindow): void;
  onRemoved(window: TreeWindow): void;
  onScanned(): void;
  /** A mapped one is about to be unmapped or taken elsewhere; one directly on the screen, also to be moved. */
  onLeaving(window: TreeWindow): void;
}

/** What the tracker of the active window asks for as well: there is one selection per window and connection. */
export const windowEvents = x11.eventMask.PropertyChange | x11.eventMask.SubstructureNotify;

const sentByClient = 0x80;
const maxCoordinate = 0x10000;
const everywhere: Rectangle = {
  x: -maxCoordinate,
  y: -maxCoordinate,
  width: 4 * maxCoordinate,
  height: 4 * maxCoordinate,
};
const inputOnly = 2;
const boundingShape = 0;

/**
 * All windows of a screen, kept by the server's events. Events and replies come in the order in which things happened
 * and are followed within the callback that brings them, so at each reply the tree is what it was when the server
 * answered.
 */
export class WindowTree {
  readonly #connection: XConnection;
  readonly #shape: ShapeExtension | undefined;
  readonly #nowMs: () => number;
  readonly #listener: WindowTreeListener;
  readonly #windows = new Map<number, TreeWindow>();

  constructor(
    connection: XConnection,
    shape: ShapeExtension | undefined,
    nowMs: () => number,
    listener: WindowTreeListener,
  ) {
    this.#connection = connection;
    this.#shape = shape;
    this.#nowMs = nowMs;
    this.#listener = listener;
  }

  /** The caller has asked for the events of the root window before. */
  begin(): Promise<void> {
    const { root } = this.#connection;
    return this.#connection.request((reply) => this.#listChildren(root, reply));
  }

  get(id: number): TreeWindow | undefined {
    return this.#windows.get(id);
  }

  all(): Iterable<TreeWindow> {
    return this.#windows.values();
  }

  /** The window directly on the screen that it is in; undefined for one that is in none that is known. */
  topLevelOf(window: TreeWindow): TreeWindow | undefined {
    let at: TreeWindow | undefined = window;
    for (let depth = 0; at && at.parent !== this.#connection.root; depth++) {
      if (depth > this.#windows.size) return undefined;
      at = this.#windows.get(at.parent);
    }
    return at;
  }

  /** To be called with every event. What other clients claim is passed over. */
  take(event: XEvent): void {
    if (((event.rawData?.[0] ?? 0) & sentByClient) !== 0) return;
    const window = this.#windows.get((event.name === 'ConfigureNotify' ? event.wid1 : event.wid) ?? 0);
    if (event.name === 'CreateNotify') this.#add(event.wid ?? 0, event.parent ?? 0, areaOf(event), event);
    else if (event.name === 'ReparentNotify') this.#reparent(event);
    else if (event.name === 'ShapeNotify') this.#noteShape(event);
    else if (!window) return;
    else if (event.name === 'DestroyNotify') this.#remove(window);
    else if (event.name === 'MapNotify') this.#map(window, event);
    else if (event.name === 'UnmapNotify') this.#unmap(window);
    else if (event.name === 'ConfigureNotify') this.#move(window, areaOf(event));
    else if (event.name === 'GravityNotify') this.#move(window, { ...window.area, x: event.x ?? 0, y: event.y ?? 0 });
    else if (event.name === 'CirculateNotify') this.#move(window, window.area);
  }

  #add(id: number, parent: number, area: Rectangle, event?: XEvent): void {
    if (this.#windows.has(id)) return;
    const isOverrideRedirect = Boolean(event?.overrideRedirect);
    const unknown = { isMapped: false, isScanned: false, hasPixels: true, isOpaque: false };
    const window = { id, parent, area, isOverrideRedirect, ...unknown, changedAtMs: this.#nowMs() };
    this.#windows.set(id, window);
    this.#listener.onAdded(window);
    this.#scan(window);
  }

  /** In the order of the requests; a window that has gone meanwhile answers none of them. */
  #scan(window: TreeWindow): void {
    const { client } = this.#connection;
    const { id } = window;
    const gone = () => this.#remove(window);
    client.ChangeWindowAttributes(id, { eventMask: windowEvents });
    this.#shape?.SelectInput(id, 1);
    client.GetGeometry(
      id,
      answered<XWindowGeometry>((geometry) => this.#noteGeometry(window, geometry), gone),
    );
    client.GetWindowAttributes(
      id,
      answered(({ klass, mapState, overrideRedirect }) => {
        window.hasPixels = klass !== inputOnly;
        window.isOverrideRedirect = overrideRedirect !== 0;
        if (mapState !== 0 && !window.isMapped) this.#map(window, {});
      }, gone),
    );
    this.#shape?.QueryExtents(
      id,
      answered(({ boundingShaped }) => {
        if (boundingShaped) window.isOpaque = false;
      }, gone),
    );
    this.#listChildren(id, (error) => {
      if (error) gone();
      else {
        window.isScanned = true;
        this.#listener.onScanned();
      }
      return true;
    });
  }

  #listChildren(id: number, done: Reply<void>): void {
    this.#connection.client.QueryTree(id, (error, tree) => {
      if (error) return done(error, undefined);
      for (const child of tree.children) this.#add(child, id, everywhere);
      return done(undefined, undefined);
    });
  }

  /** Without the extension no window is shaped. */
  #noteGeometry(window: TreeWindow, { xPos: x, yPos: y, width, height, borderWidth, depth }: XWindowGeometry): void {
    window.isOpaque = depth === this.#connection.screen.root_depth;
    window.area = areaOf({ x, y, width, height, borderWidth });
  }

  #reparent({ wid = 0, parent = 0, x = 0, y = 0 }: XEvent): void {
    const window = this.#windows.get(wid);
    if (!window) {
      this.#add(wid, parent, everywhere);
      return;
    }
    if (window.isMapped) this.#listener.onLeaving(window);
    window.parent = parent;
    window.area = { ...window.area, x, y };
    window.changedAtMs = this.#nowMs();
  }

  #noteShape({ window: id = 0, kind, shaped }: XEvent): void {
    const window = this.#windows.get(id);
    if (window && kind === boundingShape && shaped) window.isOpaque = false;
  }

  #map(window: TreeWindow, { overrideRedirect }: Partial<XEvent>): void {
    if (overrideRedirect !== undefined) window.isOverrideRedirect = Boolean(overrideRedirect);
    window.isMapped = true;
    window.changedAtMs = this.#nowMs();
    this.#listener.onMapped(window);
  }

  #unmap(window: TreeWindow): void {
    if (!window.isMapped) return;
    this.#listener.onLeaving(window);
    window.isMapped = false;
  }

  #move(window: TreeWindow, area: Rectangle): void {
    if (window.isMapped && window.parent === this.#connection.root) this.#listener.onLeaving(window);
    window.area = area;
    window.changedAtMs = this.#nowMs();
  }

  #remove(window: TreeWindow): void {
    if (this.#windows.get(window.id) !== window) return;
    this.#unmap(window);
    this.#windows.delete(window.id);
    for (const other of [...this.#windows.values()]) if (other.parent === window.id) this.#remove(other);
    this.#listener.onRemoved(window);
  }
}

function areaOf({ x = 0, y = 0, width = 0, height = 0, borderWidth = 0 }: Partial<XEvent>): Rectangle {
  return { x, y, width: width + 2 * borderWidth, height: height + 2 * borderWidth };
}

function answered<T>(take: (value: T) => void, gone: () => void): Reply<T> {
  return (error, value) => {
    if (error) gone();
    else take(value);
    return true;
  };
}
