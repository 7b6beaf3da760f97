import type { HotkeySettings } from '../settings/host-settings.ts';

/** Last keys, pressed with CTRL and SHIFT. */
export interface Hotkeys {
  readonly start: string;
  readonly stop: string;
}

/** USR-014. */
const defaults: Hotkeys = { start: 'F8', stop: 'F9' };
/** USR-016. */
const permitted = /^(?:F(?:[1-9]|1[0-2])|[A-Z])$/;

/**
 * What is not permitted is refused and the default kept; so are two equal keys (USR-017).
 *
 * @param refuse is told why
 */
export function chooseHotkeys(settings: HotkeySettings, refuse: (reason: string) => void): Hotkeys {
  const choose = (name: 'start' | 'stop') => {
    if (permitted.test(settings[name])) return settings[name];
    refuse(`the key to ${name} must be F1 to F12 or A to Z`);
    return defaults[name];
  };
  const chosen = { start: choose('start'), stop: choose('stop') };
  if (chosen.start !== chosen.stop) return chosen;
  refuse('the keys to start and to stop must differ');
  return defaults;
}

/** The number under which X knows a key. Source: keysymdef.h; letters are those of the small ones. */
export function keysymOf(key: string): number {
  const functionKey = /^F(?<number>\d+)$/.exec(key)?.groups?.number;
  return functionKey === undefined ? key.toLowerCase().charCodeAt(0) : 0xffbd + Number(functionKey);
}
