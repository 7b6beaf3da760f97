/** For browsers that do not say when they are idle. */
const fallbackMs = 300;

/** Calls back once, when the page has nothing more urgent to do. Returns how to call that off. */
export function whenIdle(callback: () => void): () => void {
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(callback, fallbackMs);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(callback, { timeout: 10 * fallbackMs });
  return () => cancelIdleCallback(handle);
}
