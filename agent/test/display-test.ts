import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from '@jest/globals';

/** The Debian packages that the tests of X displays need, by program. */
const packages = {
  Xvfb: 'xvfb',
  xterm: 'xterm',
  openbox: 'openbox',
  xdotool: 'xdotool',
  xrandr: 'x11-xserver-utils',
};
type Program = keyof typeof packages;

/** A test that says which packages it misses where it cannot run. */
export function displayTest(programs: readonly Program[], title: string, body: () => Promise<void>): void {
  const missing = ['Xvfb' as const, ...programs].filter((program) => !isInstalled(program));
  if (missing.length === 0) test(title, body);
  else test.skip(`${title} (needs the packages ${missing.map((program) => packages[program]).join(', ')})`, body);
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
