import { PageHands } from './page-hands.ts';
import { SeededRandom } from './seeded-random.ts';

export interface WorkerOptions {
  /** DevTools address of the browser to work in. */
  readonly webSocketUrl: string;
  /** Where the sample application is served. */
  readonly appUrl: string;
  readonly seed: number;
  readonly signal: AbortSignal;
}

type Task = (hands: PageHands, random: SeededRandom) => Promise<void>;

const remarks = ['Deliver to gate 3, call first.', 'Partial shipment is fine.', 'Same as last time, please.'] as const;
const notes = [
  'Kestrel Ferries asked for the fenders by Friday.\n',
  'Two pallets of rope are on the quay, unpaid.\n',
  'Late orders: rang Saltmarsh, they will wait until Monday.\n',
] as const;
const searches = ['Kestrel', 'Fender', 'Lantern', 'Winch'] as const;

const lookOver: Task = async (hands) => {
  await hands.click('nav a[href="index.html"]');
  await hands.pause(2_500, 4_500);
};

const browseOrders: Task = async (hands, random) => {
  await hands.click('nav a[href="orders.html"]');
  await hands.scroll('#scroller', 8);
  await hands.pause(800, 1_800);
  await hands.click(`#rows tr:nth-child(${Math.floor(random.between(10, 14))})`);
  await hands.choose('#state', Math.floor(random.between(1, 4)));
  await hands.scroll('#scroller', -6);
  await hands.pause(1_200, 2_500);
};

const search: Task = async (hands, random) => {
  await hands.click('#search');
  await hands.type(random.pick(searches));
  await hands.press('Enter', '\r');
  await hands.pause(2_000, 3_500);
};

const lookUpCustomers: Task = async (hands, random) => {
  await hands.click('nav a[href="customers.html"]');
  for (let i = 0; i < 3; i++) {
    await hands.click(`#rows tr:nth-child(${Math.floor(random.between(2, 12))})`);
    await hands.pause(900, 2_000);
  }
  await hands.scroll('#scroller', 10);
};

const placeOrder: Task = async (hands, random) => {
  await hands.click('nav a[href="new-order.html"]');
  await hands.click('#customer');
  await hands.type(random.pick(['Kestrel Ferries', 'Old Pier Boatyard', 'Bluewater Charters']));
  await hands.press('Escape');
  await hands.click('#reference');
  await hands.type(`PO-${Math.floor(random.between(1_000, 9_999))}`);
  await hands.choose('#product', Math.floor(random.between(1, 12)));
  await hands.click('#remark');
  await hands.type(random.pick(remarks));
  await hands.click('button[type="submit"]');
  await hands.pause(1_200, 2_200);
  await hands.click('#place');
  await hands.pause(3_000, 3_600);
};

const writeNotes: Task = async (hands, random) => {
  await hands.click('nav a[href="notes.html"]');
  await hands.click('#notes');
  await hands.type(random.pick(notes));
  await hands.pause(1_500, 2_500);
};

const day: readonly [Task, ...Task[]] = [browseOrders, placeOrder, lookUpCustomers, writeNotes, search, lookOver];

/** Works through the order desk until the signal aborts: each task in turn, and now and then a rest. */
export async function work(options: WorkerOptions): Promise<void> {
  const { signal } = options;
  const random = new SeededRandom(options.seed);
  const hands = await PageHands.open(options.webSocketUrl, random, signal);
  try {
    await hands.visit(options.appUrl);
    for (let turn = 0; ; turn++) {
      await day[turn % day.length]?.(hands, random);
      if (turn % day.length === day.length - 1) await hands.pause(6_000, 12_000);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await hands.close();
  }
}
