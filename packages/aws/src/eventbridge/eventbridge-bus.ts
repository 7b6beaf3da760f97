import { type BusEvent, busEventSource } from '@afterimage/contracts';
import type { EventBus } from '@afterimage/core';
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

const maxEntriesPerCall = 10;

export class EventBridgeBus implements EventBus {
  readonly #client: EventBridgeClient;
  readonly #busName: string;

  constructor(client: EventBridgeClient, busName: string) {
    this.#client = client;
    this.#busName = busName;
  }

  async publish(events: readonly BusEvent[]): Promise<void> {
    for (let first = 0; first < events.length; first += maxEntriesPerCall) {
      const Entries = events.slice(first, first + maxEntriesPerCall).map(({ type, detail }) => ({
        EventBusName: this.#busName,
        Source: busEventSource,
        DetailType: type,
        Detail: JSON.stringify(detail),
        Time: new Date(detail.at),
      }));
      const { FailedEntryCount = 0 } = await this.#client.send(new PutEventsCommand({ Entries }));
      if (FailedEntryCount > 0) throw new Error(`the bus refused ${FailedEntryCount} of ${Entries.length} events`);
    }
  }
}
