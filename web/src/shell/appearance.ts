import { applyMode, Mode } from '@cloudscape-design/global-styles';

const storageKey = 'afterimage.appearance';

export type Appearance = 'light' | 'dark';

export function currentAppearance(): Appearance {
  const stored = window.localStorage.getItem(storageKey);
  if (stored === 'light' || stored === 'dark') return stored;
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export function restoreAppearance(): void {
  applyMode(currentAppearance() === 'dark' ? Mode.Dark : Mode.Light);
}

export function setAppearance(appearance: Appearance): void {
  window.localStorage.setItem(storageKey, appearance);
  restoreAppearance();
}
