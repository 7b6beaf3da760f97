import { writeFileSync } from 'node:fs';
import {
  finishRecording,
  getRecording,
  listRecordings,
  type Recording,
  recordingStateSchema,
} from '@afterimage/contracts';
import { parsePosition } from '@afterimage/player';
import { InvalidArgumentError } from 'commander';
import { PNG } from 'pngjs';
import type { CommandContext } from '../command-context.ts';
import { formatFacts, formatSeconds, formatTable } from '../output/table.ts';
import { frameAt } from '../playback/frame-at.ts';
import { openRecording } from '../playback/open-source.ts';
import type { AddCommands } from '../program.ts';
import { addErasureCommands } from './erasure.ts';
import { parseRecordingId } from './recording-id.ts';
import { verifyStored } from './verify.ts';

export const addRecordingCommands: AddCommands = (program, _host, context) => {
  const recordings = program.command('recordings').description('lists, shows, verifies recordings');
  recordings
    .command('list')
    .description('live recordings first, then newest first')
    .option('--state <state>', `one of ${recordingStateSchema.options.join(', ')}`, parseState)
    .option('--limit <count>', 'how many', parseCount, 50)
    .action(async ({ state, limit }) => {
      const { api, print } = context();
      const found = await listUpTo(api, limit, state);
      print({ recordings: found }, ({ recordings: all }) => formatTable(listHeader, all.map(listRow)));
    });
  recordings
    .command('show <id>')
    .description('who, where, why it was recorded, and what is stored')
    .action(async (id: string) => {
      const { api, print } = context();
      const { recording } = await api(getRecording, { params: { recordingId: parseRecordingId(id) } });
      print(recording, (shown) => formatFacts(factsOf(shown)));
    });
  recordings
    .command('frame <id>')
    .description('writes the exact pixels at a time as PNG')
    .requiredOption('--at <time>', 'position, as 12.3s, 1m5s or 754', parseTime)
    .requiredOption('--out <file>', 'PNG file to write')
    .action(async (id: string, { at, out }: { at: number; out: string }) => {
      const { api, print } = context();
      const { source } = await openRecording(api, parseRecordingId(id));
      const { width, height, pixels } = await frameAt(source, at);
      const png = new PNG({ width, height });
      png.data = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
      writeFileSync(out, PNG.sync.write(png, { colorType: 2 }));
      print(
        { file: out, width, height, atMs: at },
        (written) => `${written.file}: ${written.width} x ${written.height}\n`,
      );
    });
  recordings
    .command('verify <id>')
    .description('says whether it is what the device sealed (exit code 3 when altered)')
    .action(async (id: string) => verifyStored(context(), parseRecordingId(id), false));
  recordings
    .command('finish <id>')
    .description('seals an interrupted recording without waiting for more')
    .action(async (id: string) => {
      const { api, print } = context();
      const answer = await api(finishRecording, { params: { recordingId: parseRecordingId(id) } });
      print(answer, ({ recordingId }) => `${recordingId} is being sealed\n`);
    });
  addErasureCommands(recordings, context);
};

async function listUpTo(api: CommandContext['api'], limit: number, state: Recording['state'] | undefined) {
  const found: Recording[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: Math.min(200, limit - found.length), state, cursor };
    const page = await api(listRecordings, { query });
    found.push(...page.recordings);
    cursor = page.cursor;
  } while (cursor !== undefined && found.length < limit);
  return found;
}

const listHeader = ['ID', 'STATE', 'USER', 'HOST', 'STARTED', 'DURATION', 'EVENTS'];

function listRow({ recordingId, state, attributes, startedAt, durationMs, eventCount }: Recording): string[] {
  const { user, host } = attributes;
  return [recordingId, state, user.value, host.value, startedAt, formatSeconds(durationMs), String(eventCount)];
}

function factsOf(recording: Recording): [string, string][] {
  const { attributes, decision } = recording;
  return [
    ['Recording', recording.recordingId],
    ['State', recording.state],
    ['User', `${attributes.user.value} (says the ${attributes.user.assertedBy})`],
    ['Host', attributes.host.value],
    ['Application', attributes.application?.value ?? '-'],
    ['Recorded', describeContent(recording)],
    ['Started', recording.startedAt],
    ['Duration', formatSeconds(recording.durationMs)],
    ['Size', `${recording.sizeBytes} bytes in ${recording.segmentCount} segments`],
    ['Chained', `up to segment ${recording.contiguousSequence}`],
    ['Gaps', String(recording.gaps.length)],
    ...recording.files.map(fileFact),
    ['Held', recording.hold === undefined ? 'no' : `by ${recording.hold.placedBy}: ${recording.hold.reason}`],
    ['Begun by', describeInitiator(recording)],
    ['Decided', decision.reason],
    ['Policy', `${decision.policyName}, version ${decision.policyVersion}, rule ${decision.ruleName}`],
    ['Agent', recording.agentId],
  ];
}

function describeContent({ content, screenFromMs }: Recording): string {
  if (content === 'events') return 'events only';
  return screenFromMs === undefined ? 'screen' : `events only, the screen from ${formatSeconds(screenFromMs)} on`;
}

/** A host names its own administrators, the service those whose command it was. */
function describeInitiator({ initiator, startedBy, commandedBy }: Recording): string {
  if (startedBy !== undefined) return `${initiator} ${startedBy.value} (says the ${startedBy.assertedBy})`;
  return commandedBy === undefined ? initiator : `${initiator} ${commandedBy}`;
}

function fileFact({
  fileNumber,
  objectKey,
  sizeBytes,
  firstSequence,
  lastSequence,
}: Recording['files'][number]): [string, string] {
  return [`File ${fileNumber}`, `${objectKey}, ${sizeBytes} bytes, segments ${firstSequence}-${lastSequence}`];
}

function parseState(text: string): Recording['state'] {
  const state = recordingStateSchema.safeParse(text);
  if (!state.success) throw new InvalidArgumentError(`Must be one of ${recordingStateSchema.options.join(', ')}.`);
  return state.data;
}

function parseTime(text: string): number {
  const timeMs = parsePosition(text);
  if (timeMs === undefined) throw new InvalidArgumentError('Must be a time such as 12.3s, 1m5s or 754.');
  return timeMs;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 10_000) throw new InvalidArgumentError('Must be 1 to 10000.');
  return count;
}
