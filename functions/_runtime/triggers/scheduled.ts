import { createLog, describeError } from '../logger.ts';

/** Runs at its time; what a run leaves undone the next one does. Its counts go to the log. */
export function scheduled(serviceName: string, run: () => Promise<Record<string, number>>): () => Promise<void> {
  const log = createLog(serviceName);
  return async () => {
    try {
      log.info('run ended', await run());
    } catch (error) {
      log.error('run failed', describeError(error));
      throw error;
    }
  };
}
