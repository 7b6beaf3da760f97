import { randomUUID } from 'node:crypto';
import { accountId, type Kernel, region } from '../../kernel/types.ts';
import type { DeliveryOutbox } from './delivery-outbox.ts';
import type { RuleCatalog } from './rule-catalog.ts';

export type BusEvent = Record<string, unknown> & { id: string };

/** Completes an event with what EventBridge adds: version, id, account, region, and the time in whole seconds. */
export function completeEvent(given: Readonly<Record<string, unknown>>, nowMs: number): BusEvent {
  const time = new Date(typeof given.time === 'string' || typeof given.time === 'number' ? given.time : nowMs);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': given['detail-type'],
    source: given.source,
    account: accountId,
    time: time.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: given.resources ?? [],
    detail: given.detail ?? {},
  };
}

/** Accepts events durably: what their rules owe their targets is in the outbox when the promise resolves. */
export async function acceptEvents(
  { kernel, catalog, outbox }: { kernel: Kernel; catalog: RuleCatalog; outbox: DeliveryOutbox },
  events: readonly { busName: string; event: BusEvent }[],
): Promise<void> {
  const owed = events.flatMap(({ busName, event }) =>
    catalog.matching(busName, event).map((rule) => ({ rule, event })),
  );
  if (owed.length === 0) return;
  await kernel.commit(() => {
    for (const { rule, event } of owed) outbox.add(rule, event, kernel.now());
  });
}
