import type { Kernel } from '../../kernel/types.ts';
import type { Arrivals } from './arrivals.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { Queue } from './queue.ts';
import type { QueueCatalog } from './queue-catalog.ts';

export interface SqsParts {
  kernel: Kernel;
  catalog: QueueCatalog;
  messages: MessageStore;
  arrivals: Arrivals;
}

export interface ReceiveOptions {
  maxMessages: number;
  waitMs: number;
  visibilityMs: number;
  signal: AbortSignal;
}

/** A message that another consumer took after this one began to wait may come back before anything announces it. */
const longestNapMs = 1000;

/** Stores the messages in one durable write and answers their ids. */
export async function enqueue(
  { kernel, messages, arrivals }: SqsParts,
  queue: Queue,
  outgoing: readonly OutgoingMessage[],
  sender: string,
): Promise<string[]> {
  const ids = await kernel.commit(() => outgoing.map((message) => messages.add(queue, message, sender, kernel.now())));
  arrivals.announce(queue.name);
  return ids;
}

/** Receives at once or, when nothing is visible, as soon as something becomes so within `waitMs`. */
export async function dequeue(parts: SqsParts, queue: Queue, options: ReceiveOptions): Promise<StoredMessage[]> {
  const { kernel, messages, arrivals } = parts;
  const deadlineMs = kernel.now() + options.waitMs;
  for (;;) {
    const received = await receiveOnce(parts, queue, options);
    const nowMs = kernel.now();
    if (received.length > 0 || nowMs >= deadlineMs || options.signal.aborted) return received;
    const wakeMs = Math.min(deadlineMs, messages.nextVisibleMs(queue, nowMs) ?? deadlineMs, nowMs + longestNapMs);
    await arrivals.wait(queue.name, Math.max(1, wakeMs - nowMs), options.signal);
    if (options.signal.aborted) return [];
  }
}

async function receiveOnce(parts: SqsParts, queue: Queue, options: ReceiveOptions): Promise<StoredMessage[]> {
  const { kernel, catalog, messages, arrivals } = parts;
  const nextMs = messages.nextVisibleMs(queue, -1);
  if (nextMs === undefined || nextMs > kernel.now()) return [];
  const deadLetterArn = queue.redrive?.deadLetterArn;
  const deadLetterQueue = deadLetterArn === undefined ? undefined : catalog.findByArn(deadLetterArn);
  const { messages: received, deadLetters } = await kernel.commit(() =>
    messages.receive(queue, options.maxMessages, options.visibilityMs, kernel.now(), deadLetterQueue?.name),
  );
  if (deadLetters > 0 && deadLetterQueue !== undefined) arrivals.announce(deadLetterQueue.name);
  return received;
}
