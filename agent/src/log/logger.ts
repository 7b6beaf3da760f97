import type { Clock } from '../time/clock.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Messages are constant; what varies goes into fields. Neither ever holds recorded content, tokens or signed URLs. */
export type Logger = (level: LogLevel, message: string, fields?: LogFields) => void;

export const silentLogger: Logger = () => undefined;

/** One JSON object a line: time, level, message, fields. */
export function createJsonLogger(clock: Pick<Clock, 'wallMs'>, write: (line: string) => void): Logger {
  return (level, message, fields = {}) => {
    write(`${JSON.stringify({ time: new Date(clock.wallMs()).toISOString(), level, message, ...fields })}\n`);
  };
}

/** What may be logged of an error: its name and message, never a stack or a request. */
export function describeError(error: unknown): { errorName: string; errorMessage: string } {
  if (!(error instanceof Error)) return { errorName: 'unknown', errorMessage: String(error) };
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return { errorName: error.name, errorMessage: `${error.message}${cause}` };
}
