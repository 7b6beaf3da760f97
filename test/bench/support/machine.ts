import { cpus, loadavg } from 'node:os';

/** Under what conditions a figure was taken: a busy machine makes any of them worse. */
export function describeMachine(): string {
  const [processor] = cpus();
  const load = loadavg()[0] ?? 0;
  return `${cpus().length} x ${processor?.model ?? 'unknown processor'}, Node ${process.versions.node}, load ${load.toFixed(1)}`;
}
