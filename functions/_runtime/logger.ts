/** Constant messages with fields. Never recorded content, tokens, presigned URLs or request bodies. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
type Level = (typeof levels)[number];

/**
 * Writes one line of JSON for each message, which Lambda's log group takes as it is. Lambda says in
 * `AWS_LAMBDA_LOG_LEVEL` which levels are wanted; without it, all from INFO on.
 */
export function createLog(
  service: string,
  write: (line: string) => void = (line) => process.stdout.write(line),
  wanted: string | undefined = process.env.AWS_LAMBDA_LOG_LEVEL,
): Log {
  const least = levels.indexOf(levels.find((level) => level === wanted) ?? 'INFO');
  const at =
    (level: Level) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      if (levels.indexOf(level) < least) return;
      const timestamp = new Date().toISOString();
      write(`${JSON.stringify({ ...fields, level, message, service, timestamp })}\n`);
    };
  return { info: at('INFO'), warn: at('WARN'), error: at('ERROR') };
}

/** The message of an error may quote input; its name and stack frames do not. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const messageEnd = (error.stack ?? '').indexOf(error.message) + error.message.length;
  const stack = (error.stack ?? '').slice(messageEnd);
  const frames = stack.split('\n').filter((line) => line.trimStart().startsWith('at '));
  return { errorName: error.name, errorFrames: frames.slice(0, 6).map((line) => line.trim()) };
}
