/**
 * A program named `vault` whose windows are filled with one colour: `node secret-window-process.ts DISPLAY COLOUR still`
 * shows one window, `restless` moves it about, takes it away, and opens menus beside it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import x11, { type XClient } from 'x11';

process.title = 'vault';
const [display = '', colour = '0', manner = 'still'] = process.argv.slice(2);

const client = await new Promise<XClient>((resolve, reject) => {
  const auth = { name: '', data: '' };
  const bufferRequests = { shouldFlush: () => false };
  const opening = x11.createClient({ display, auth, bufferRequests }, (error, opened) => {
    if (error) reject(error);
    else resolve(opened.client);
  });
  opening.on('error', () => undefined);
});
const root = (client as unknown as { display: { screen: { root: number }[] } }).display.screen[0]?.root ?? 0;
const mover = client as XClient & {
  UnmapWindow(window: number): void;
  ConfigureWindow(window: number, values: Readonly<Record<string, number>>): void;
};

function open(x: number, y: number, width: number, height: number, overrideRedirect: number): number {
  const window = client.AllocID();
  const values = { backgroundPixel: Number(colour), overrideRedirect };
  client.CreateWindow(window, root, x, y, width, height, 0, 0, 0, 0, values);
  client.ChangeProperty(0, window, 39, 31, 8, Buffer.from('secret plans'));
  client.MapWindow(window);
  return window;
}

const random = (below: number) => Math.floor(Math.random() * below);
const main = open(150, 120, 260, 200, 0);
while (manner === 'restless') {
  const [x, y] = [random(500), random(350)];
  const menu = random(3) === 0 ? open(x + 40, y + 60, 120, 160, 1) : undefined;
  mover.ConfigureWindow(main, { x, y, width: 100 + random(300), height: 80 + random(200) });
  if (random(4) === 0) mover.ConfigureWindow(main, { stackMode: random(2) });
  await sleep(random(60));
  if (menu !== undefined) client.DestroyWindow(menu);
  if (random(5) === 0) mover.UnmapWindow(main);
  if (random(2) === 0) client.MapWindow(main);
  await sleep(random(30));
}
setInterval(() => undefined, 60_000);
