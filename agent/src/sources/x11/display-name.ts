import { X11Error } from './x11-error.ts';

export interface DisplayName {
  /** As given, such as `:1` or `host:10.0`. */
  readonly text: string;
  /** Empty for a display of this machine. */
  readonly host: string;
  readonly number: number;
  readonly screen: number;
  /** Undefined for a display of another machine. */
  readonly socketPath: string | undefined;
}

export const socketDirectory = '/tmp/.X11-unix';

/**
 * `[host]:number[.screen]`; `unix:number` is this machine as well. Source: X(7), DISPLAY NAMES.
 *
 * @throws X11Error `bad-display-name`
 */
export function parseDisplayName(text: string): DisplayName {
  const match = /^(?<host>[^/:]*):(?<number>\d{1,5})(?:\.(?<screen>\d{1,2}))?$/.exec(text);
  if (!match?.groups) throw new X11Error('bad-display-name', `${text} is not the name of a display such as :0`);
  const { host = '', number = '0', screen = '0' } = match.groups;
  const isLocal = host === '' || host === 'unix';
  return {
    text,
    host: isLocal ? '' : host,
    number: Number(number),
    screen: Number(screen),
    socketPath: isLocal ? `${socketDirectory}/X${Number(number)}` : undefined,
  };
}
