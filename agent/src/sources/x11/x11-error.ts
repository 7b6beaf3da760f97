export type X11ErrorCode =
  /** Nobody listens at the display, or it does not answer. */
  | 'unreachable'
  /** The display wants a cookie that was not found or that is wrong. */
  | 'not-authorised'
  /** The display lacks an extension or has pixels of another kind. */
  | 'unsupported'
  /** The display has gone away. */
  | 'closed'
  | 'bad-display-name';

/** What is wrong with a display, in words for a person. */
export class X11Error extends Error {
  readonly code: X11ErrorCode;

  constructor(code: X11ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'X11Error';
    this.code = code;
  }
}
