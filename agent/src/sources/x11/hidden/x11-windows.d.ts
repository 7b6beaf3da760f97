/** What following windows uses of the package `x11` beside what capturing does. */
declare module 'x11' {
  interface XEvent {
    /** Of events about a window: the one whose events were asked for, its parent or itself. */
    readonly event?: number;
    /** Of ConfigureNotify: the window, where `wid` is the one whose events were asked for. */
    readonly wid1?: number;
    /** Of ShapeNotify. */
    readonly window?: number;
    readonly parent?: number;
    readonly x?: number;
    readonly y?: number;
    readonly width?: number;
    readonly height?: number;
    readonly borderWidth?: number;
    readonly overrideRedirect?: boolean | number;
    /** Of ShapeNotify: 0 for the outline of the window. */
    readonly kind?: number;
    /** Of ShapeNotify: not 0 while the window is no plain rectangle. */
    readonly shaped?: number;
    /** The first byte has its highest bit set when another client has sent the event. */
    readonly rawData?: Buffer;
  }

  interface XWindowGeometry {
    readonly xPos: number;
    readonly yPos: number;
    readonly width: number;
    readonly height: number;
    readonly borderWidth: number;
    readonly depth: number;
  }

  interface XWindowAttributes {
    /** 2: takes input and has no pixels. */
    readonly klass: number;
    /** 0: not mapped. */
    readonly mapState: number;
    readonly overrideRedirect: number;
  }

  interface XWindowTree {
    /** From the bottom to the top. */
    readonly children: readonly number[];
  }

  interface ShapeExtension {
    SelectInput(window: number, isOn: number): void;
    QueryExtents(window: number, reply: Reply<{ readonly boundingShaped: boolean }>): void;
  }

  interface ResourceExtension {
    readonly ClientIdMask: { readonly LocalClientPID: number };
    QueryClientIds(
      specs: readonly { readonly client: number; readonly mask: number }[],
      reply: Reply<readonly { readonly value: readonly number[] }[]>,
    ): void;
  }

  interface ExtensionsByName {
    readonly shape: ShapeExtension;
    readonly res: ResourceExtension;
  }

  interface XClient {
    readonly display: { readonly resource_mask: number };
    GetGeometry(drawable: number, reply: Reply<XWindowGeometry>): void;
    GetWindowAttributes(window: number, reply: Reply<XWindowAttributes>): void;
    QueryTree(window: number, reply: Reply<XWindowTree>): void;
    GetSelectionOwner(selection: number, reply: Reply<number>): void;
  }

  export type { ResourceExtension, ShapeExtension, XWindowAttributes, XWindowGeometry, XWindowTree };
}
