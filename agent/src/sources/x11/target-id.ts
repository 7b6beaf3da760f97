import { stat } from 'node:fs/promises';
import type { DisplayName } from './display-name.ts';

/** Another server that takes the same number later makes a new socket, and so is another screen. */
export async function targetIdOf({ text, number, screen, socketPath }: DisplayName): Promise<string> {
  const socket = socketPath === undefined ? undefined : await stat(socketPath).catch(() => undefined);
  return socket ? `x11::${number}.${screen}@${socket.ino}-${Math.round(socket.ctimeMs)}` : `x11:${text}`;
}
