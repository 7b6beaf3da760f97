/** What the source uses of the package `x11`, which ships no types. Ids, atoms and masks are plain numbers. */
declare module 'x11' {
  /** True from it means that an error has been dealt with. */
  type Reply<T> = (error: XProtocolError | null | undefined, value: T) => boolean;

  interface XProtocolError extends Error {
    /** Number of the protocol error, such as 3 for BadWindow. */
    readonly error?: number;
    readonly code?: string;
  }

  interface XRectangle {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }

  interface XEvent {
    readonly name: string;
    readonly atom?: number;
    readonly wid?: number;
    /** Of a pointer event: number of the button. */
    readonly keycode?: number;
    readonly x?: number;
    readonly y?: number;
    /** Of VisibilityNotify: 0 while nothing is before the window. */
    readonly state?: number;
    /** Of events about a window: the one whose events were asked for, its parent or itself. */
    readonly event?: number;
    /** Of ConfigureNotify: the window, where `wid` is the one whose events were asked for. */
    readonly wid1?: number;
    /** Of ShapeNotify. */
    readonly window?: number;
    readonly parent?: number;
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

  interface XProperty {
    readonly type: number;
    readonly format: number;
    readonly data: Buffer;
  }

  interface XCharacter {
    readonly leftSideBearing: number;
    readonly rightSideBearing: number;
    readonly characterWidth: number;
    readonly ascent: number;
    readonly descent: number;
  }

  interface XFont {
    readonly maxBounds: XCharacter;
    readonly minCharOrByte2: number;
    readonly maxCharOrByte2: number;
    readonly minByte1: number;
    readonly maxByte1: number;
    readonly fontAscent: number;
    readonly fontDescent: number;
    /** Row by row; empty when all are like `maxBounds`. */
    readonly charInfos: readonly XCharacter[];
  }

  interface ShmSegment {
    readonly shmseg: number;
    readonly buffer: Buffer;
    readback(offsetBytes: number, sizeBytes: number): void;
    getImage(
      drawable: number,
      x: number,
      y: number,
      width: number,
      height: number,
      planeMask: number,
      format: number,
      offsetBytes: number,
      reply: Reply<unknown>,
    ): void;
    detach(): void;
  }

  interface ShmExtension {
    readonly sharedPixmaps: boolean;
    usable(reply: Reply<boolean>): void;
    createSegment(sizeBytes: number, reply: Reply<ShmSegment>): void;
    CreatePixmap(
      pixmap: number,
      drawable: number,
      width: number,
      height: number,
      depth: number,
      segment: number,
      offsetBytes: number,
    ): void;
  }

  interface DamageExtension {
    readonly ReportLevel: { readonly NonEmpty: number };
    Create(damage: number, drawable: number, level: number): void;
    Destroy(damage: number): void;
    Subtract(damage: number, repair: number, parts: number): void;
  }

  interface CursorImage {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly xhot: number;
    readonly yhot: number;
    /** BGRA, premultiplied. */
    readonly cursorImage: Buffer;
  }

  interface FixesExtension {
    readonly CursorNotifyMask: { readonly DisplayCursor: number };
    CreateRegion(region: number, rectangles: readonly XRectangle[]): void;
    DestroyRegion(region: number): void;
    FetchRegion(region: number, reply: Reply<{ readonly rectangles: readonly XRectangle[] }>): void;
    SetGCClipRegion(gc: number, region: number, x: number, y: number): void;
    SelectCursorInput(window: number, mask: number): void;
    GetCursorImage(reply: Reply<CursorImage>): void;
  }

  interface RandrExtension {
    readonly majorOpcode: number;
    readonly major_version: number;
    readonly minor_version: number;
    readonly NotifyMask: { readonly ScreenChange: number };
    SelectInput(window: number, mask: number): void;
  }

  interface ScreenSaverExtension {
    QueryInfo(drawable: number, reply: Reply<{ readonly idle: number }>): void;
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
    readonly shm: ShmExtension;
    readonly damage: DamageExtension;
    readonly fixes: FixesExtension;
    readonly randr: RandrExtension;
    readonly 'screen-saver': ScreenSaverExtension;
  }

  interface PackStream {
    put(request: Buffer): void;
    submit(expectsReply?: boolean): void;
  }

  interface XClient {
    readonly display: { readonly resource_mask: number };
    readonly stream: import('node:net').Socket | undefined;
    readonly pack_stream: PackStream;
    seq_num: number;
    /** By name. */
    atoms: Readonly<Record<string, number>>;
    readonly replies: Record<number, [unpack: (body: Buffer) => unknown, reply: Reply<never>]>;
    on(name: 'event', listener: (event: XEvent) => void): void;
    on(name: 'error', listener: (error: XProtocolError) => void): void;
    on(name: 'end', listener: () => void): void;
    require<Name extends keyof ExtensionsByName>(name: Name, reply: Reply<ExtensionsByName[Name]>): void;
    AllocID(): number;
    ReleaseID(id: number): void;
    InternAtom(onlyIfExists: boolean, name: string, reply: Reply<number>): void;
    GetAtomName(atom: number, reply: Reply<string>): void;
    GetProperty(
      mustDelete: number,
      window: number,
      property: number,
      type: number,
      offset: number,
      length: number,
      reply: Reply<XProperty>,
    ): void;
    ChangeWindowAttributes(window: number, values: { readonly eventMask: number }): void;
    GetGeometry(drawable: number, reply: Reply<XWindowGeometry>): void;
    GetWindowAttributes(window: number, reply: Reply<XWindowAttributes>): void;
    QueryTree(window: number, reply: Reply<XWindowTree>): void;
    GetSelectionOwner(selection: number, reply: Reply<number>): void;
    QueryPointer(window: number, reply: Reply<{ readonly rootX: number; readonly rootY: number }>): void;
    CreateGC(gc: number, drawable: number, values: Readonly<Record<string, number>>): void;
    FreeGC(gc: number): void;
    CreatePixmap(pixmap: number, drawable: number, depth: number, width: number, height: number): void;
    FreePixmap(pixmap: number): void;
    CopyArea(
      from: number,
      to: number,
      gc: number,
      fromX: number,
      fromY: number,
      toX: number,
      toY: number,
      width: number,
      height: number,
    ): void;
    GetImage(
      format: number,
      drawable: number,
      x: number,
      y: number,
      width: number,
      height: number,
      planeMask: number,
      reply: Reply<{ readonly data: Buffer }>,
    ): void;
    CreateWindow(
      window: number,
      parent: number,
      x: number,
      y: number,
      width: number,
      height: number,
      borderWidth?: number,
      depth?: number,
      kind?: number,
      visual?: number,
      values?: Readonly<Record<string, number>>,
    ): void;
    MapWindow(window: number): void;
    RaiseWindow(window: number): void;
    DestroyWindow(window: number): void;
    SetInputFocus(window: number, revertTo: number): void;
    GetInputFocus(reply: Reply<unknown>): void;
    ChangeProperty(
      mode: number,
      window: number,
      property: number,
      type: number,
      format: number,
      data: Buffer | readonly number[],
    ): void;
    ChangeGC(gc: number, values: Readonly<Record<string, number>>): void;
    PolyFillRectangle(drawable: number, gc: number, rectangles: readonly number[]): void;
    PolyRectangle(drawable: number, gc: number, rectangles: readonly number[]): void;
    PolyText16(drawable: number, gc: number, x: number, y: number, items: readonly string[]): void;
    OpenFont(font: number, name: string): void;
    QueryFont(font: number, reply: Reply<XFont>): void;
    /** One row of keysyms for each key. */
    GetKeyboardMapping(firstKey: number, keyCount: number, reply: Reply<readonly (readonly number[])[]>): void;
    GrabKey(
      window: number,
      ownerEvents: number,
      modifiers: number,
      keycode: number,
      pointerMode: number,
      keyboardMode: number,
    ): void;
    GrabServer(): void;
    UngrabServer(): void;
    terminate(): void;
  }

  interface XVisual {
    readonly red_mask: number;
    readonly green_mask: number;
    readonly blue_mask: number;
  }

  interface XScreen {
    readonly root: number;
    readonly pixel_width: number;
    readonly pixel_height: number;
    readonly root_depth: number;
    readonly root_visual: number;
    readonly depths: Readonly<Record<number, Readonly<Record<number, XVisual>>>>;
  }

  interface XDisplay {
    readonly client: XClient;
    readonly screen: readonly XScreen[];
    readonly format: Readonly<Record<number, { readonly bits_per_pixel: number }>>;
    /** 0 for the least significant byte first. */
    readonly image_byte_order: number;
    readonly isLocalSocket: boolean;
  }

  interface ClientOptions {
    readonly display: string;
    readonly auth: { readonly name: string; readonly data: string };
    readonly bufferRequests: { readonly shouldFlush: () => boolean };
  }

  const x11: {
    createClient(options: ClientOptions, done: (error: Error | null | undefined, display: XDisplay) => void): XClient;
    readonly eventMask: {
      readonly PropertyChange: number;
      readonly StructureNotify: number;
      readonly SubstructureNotify: number;
    };
  };

  export type {
    CursorImage,
    DamageExtension,
    FixesExtension,
    RandrExtension,
    Reply,
    ResourceExtension,
    ScreenSaverExtension,
    ShapeExtension,
    ShmExtension,
    ShmSegment,
    XClient,
    XDisplay,
    XEvent,
    XFont,
    XProperty,
    XProtocolError,
    XScreen,
    XWindowAttributes,
    XWindowGeometry,
    XWindowTree,
  };
  export default x11;
}
