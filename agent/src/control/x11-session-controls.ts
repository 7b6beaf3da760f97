import type { SessionId } from '@afterimage/contracts';
import { describeError, type Logger } from '../log/logger.ts';
import type { SessionControl } from '../sessions/session-control.ts';
import type { HotkeySettings } from '../settings/host-settings.ts';
import type { XConnectionOptions } from '../sources/x11/x-connection.ts';
import { chooseHotkeys } from './hotkeys.ts';
import { RecordingIndicator, signOf } from './recording-indicator.ts';
import { X11Hotkeys } from './x11-hotkeys.ts';
import { X11SessionPanel } from './x11-session-panel.ts';

export interface SessionControlsOptions {
  readonly sessionId: SessionId;
  readonly control: SessionControl;
  /** BCP 47, of the user. */
  readonly language?: string | undefined;
  readonly log: Logger;
}

export interface X11SessionControlsOptions extends SessionControlsOptions {
  readonly where: XConnectionOptions;
  /** As they are when the session begins (USR-013). */
  readonly hotkeys: HotkeySettings;
}

/** By which the user of an X display sees and controls the recording of their session. */
export class X11SessionControls {
  readonly #hotkeys: X11Hotkeys | undefined;
  readonly #panel: X11SessionPanel;
  readonly #indicator: RecordingIndicator;

  static async open(options: X11SessionControlsOptions): Promise<X11SessionControls> {
    return new X11SessionControls(options, await openHotkeys(options));
  }

  private constructor(options: X11SessionControlsOptions, hotkeys: X11Hotkeys | undefined) {
    const { control, sessionId, where, log } = options;
    this.#hotkeys = hotkeys;
    this.#panel = new X11SessionPanel(options);
    this.#indicator = new RecordingIndicator({
      ...{ where, log },
      sign: () => {
        const session = control.status(sessionId);
        return session ? signOf(session) : 'none';
      },
      onPress: () => void this.#panel.toggle(),
    });
  }

  close(): void {
    this.#indicator.close();
    this.#panel.close();
    this.#hotkeys?.close();
  }
}

/** A session without them is recorded all the same. */
async function openHotkeys(options: X11SessionControlsOptions): Promise<X11Hotkeys | undefined> {
  const { hotkeys, log, sessionId } = options;
  if (!hotkeys.enabled) return undefined;
  const keys = chooseHotkeys(hotkeys, (reason) => log('warn', 'hotkey refused', { reason }));
  try {
    return await X11Hotkeys.open({ ...options, keys });
  } catch (error) {
    log('warn', 'hotkeys cannot be used', { sessionId, ...describeError(error) });
    return undefined;
  }
}
