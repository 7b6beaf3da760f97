import { AwsError, type Principal } from '../../kernel/types.ts';
import type { DeliveryParts } from './delivery-worker.ts';
import { acceptEvents, type BusEvent, completeEvent } from './event-intake.ts';
import { busArn, defaultBus } from './rule.ts';

const mostEntries = 10;
const largestRequestBytes = 1024 * 1024;

type Entry = Readonly<Record<string, unknown>>;
type Judged = { ok: true; busName: string; event: BusEvent } | { ok: false; code: string; message: string };

/** Accepts the entries that are sound; each of the others answers with its own error. */
export async function putEvents(parts: DeliveryParts, input: Entry, principal: Principal): Promise<unknown> {
  const entries = entriesOf(input);
  const judged = entries.map((entry) => judge(parts, entry));
  for (const [index, verdict] of judged.entries()) {
    const entry = entries[index];
    if (verdict.ok && entry !== undefined) authorizeEntry(parts, entry, verdict.busName, principal);
  }
  await acceptEvents(
    parts,
    judged.filter((verdict) => verdict.ok),
  );
  return {
    FailedEntryCount: judged.filter((verdict) => !verdict.ok).length,
    Entries: judged.map((verdict) =>
      verdict.ok ? { EventId: verdict.event.id } : { ErrorCode: verdict.code, ErrorMessage: verdict.message },
    ),
  };
}

function entriesOf({ Entries: entries }: Entry): Entry[] {
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > mostEntries) {
    const bound =
      Array.isArray(entries) && entries.length > mostEntries
        ? `less than or equal to ${mostEntries}`
        : 'greater than or equal to 1';
    throw new AwsError(
      'ValidationException',
      400,
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  const objects = entries.map((entry) => Object(entry) as Entry);
  if (objects.reduce((sum, entry) => sum + entrySizeBytes(entry), 0) > largestRequestBytes) {
    throw new AwsError('ValidationException', 400, 'Total size of the entries in the request is over the limit.');
  }
  return objects;
}

/** EventBridge's own reckoning: 14 bytes for a time, and the UTF-8 bytes of source, type, detail and resources. */
export function entrySizeBytes(entry: Entry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, entry.Resources].flat();
  const bytes = texts.reduce<number>((sum, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0), 0);
  return bytes + (entry.Time === undefined ? 0 : 14);
}

function judge({ kernel, catalog }: DeliveryParts, entry: Entry): Judged {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (typeof entry[name] !== 'string' || entry[name] === '') {
      return refused('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
    }
  }
  if (String(entry.Source).startsWith('aws.')) {
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  const detail = parseDetail(String(entry.Detail));
  if (detail === undefined) return refused('MalformedDetail', 'Detail is malformed.');
  const busName = findBus(catalog, entry.EventBusName);
  if (busName === undefined)
    return refused('ResourceNotFoundException', `Event bus ${entry.EventBusName} does not exist.`);
  const event = completeEvent(
    {
      source: entry.Source,
      'detail-type': entry.DetailType,
      detail,
      resources: entry.Resources,
      time: typeof entry.Time === 'number' ? entry.Time * 1000 : undefined,
    },
    kernel.now(),
  );
  return { ok: true, busName, event };
}

function refused(code: string, message: string): Judged {
  return { ok: false, code, message };
}

function parseDetail(text: string): Record<string, unknown> | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? { ...detail } : undefined;
  } catch {
    return undefined;
  }
}

function findBus(catalog: DeliveryParts['catalog'], nameOrArn: unknown): string | undefined {
  try {
    return catalog.requireBus(typeof nameOrArn === 'string' ? nameOrArn : defaultBus).name;
  } catch {
    return undefined;
  }
}

function authorizeEntry({ kernel }: DeliveryParts, entry: Entry, busName: string, principal: Principal): void {
  kernel.authorize({
    principal,
    action: 'events:PutEvents',
    resourceArn: busArn(busName),
    context: { 'events:source': String(entry.Source), 'events:detail-type': String(entry.DetailType) },
  });
}
