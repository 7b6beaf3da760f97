import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type * as z from 'zod';
import { useSignedIn } from '../../../session/session-context.tsx';

/**
 * Work that is not saved yet: kept in the tab's session storage, so that another page, a reload or a new sign-in loses
 * nothing, and each person's apart. Only closing the tab would: then the browser asks.
 */
const prefix = 'afterimage.unsaved';
const texts = new Map<string, string | null>();
const listeners = new Set<() => void>();

function read(key: string): string | null {
  const known = texts.get(key);
  if (known !== undefined) return known;
  const stored = window.sessionStorage.getItem(key);
  texts.set(key, stored);
  guardTab();
  return stored;
}

function write(key: string, text: string | null): void {
  texts.set(key, text);
  try {
    if (text === null) window.sessionStorage.removeItem(key);
    else window.sessionStorage.setItem(key, text);
  } catch {
    // The storage is full: this page still has it, and the browser asks before it is closed.
  }
  guardTab();
  for (const notify of listeners) notify();
}

function guardTab(): void {
  const isAnythingUnsaved = [...texts.values()].some((text) => text !== null);
  if (isAnythingUnsaved) window.addEventListener('beforeunload', askBeforeClosing);
  else window.removeEventListener('beforeunload', askBeforeClosing);
}

function askBeforeClosing(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What is kept under a name, and how to keep something else (undefined: nothing). What does not fit the schema is nothing. */
export function useUnsaved<S extends z.ZodType>(
  name: string,
  schema: S,
): [z.output<S> | undefined, (value: z.output<S> | undefined) => void] {
  const { person } = useSignedIn();
  const key = `${prefix}.${person.userName}.${name}`;
  const text = useSyncExternalStore(subscribe, () => read(key));
  const value = useMemo(() => (text === null ? undefined : schema.safeParse(JSON.parse(text)).data), [text, schema]);
  const keep = useCallback(
    (next: z.output<S> | undefined) => write(key, next === undefined ? null : JSON.stringify(next)),
    [key],
  );
  return [value, keep];
}
