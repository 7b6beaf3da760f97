import { eraseRecording, holdRecording, type RecordingId, reasonSchema, releaseHold } from '@afterimage/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { NegativeAnswer } from '../output/command-error.ts';
import { formatFacts, formatSeconds } from '../output/table.ts';
import { type ErasureProof, proveErasure } from '../verify/prove-erasure.ts';
import { parseRecordingId } from './recording-id.ts';

/** Holds, erasure and its receipt, among the commands of recordings. */
export function addErasureCommands(recordings: Command, context: () => CommandContext): void {
  recordings
    .command('hold <id>')
    .description('places a legal hold: it is not erased until the hold is released')
    .requiredOption('--reason <text>', 'why, in ten characters or more; kept in the audit', parseReason)
    .action(async (id: string, { reason }: { reason: string }) => {
      const { api, print } = context();
      const answer = await api(holdRecording, { params: { recordingId: parseRecordingId(id) }, body: { reason } });
      print(answer, ({ hold }) => `held by ${hold.placedBy} since ${hold.placedAt}: ${hold.reason}\n`);
    });
  recordings
    .command('release <id>')
    .description('releases a legal hold')
    .requiredOption('--reason <text>', 'why, in ten characters or more; kept in the audit', parseReason)
    .action(async (id: string, { reason }: { reason: string }) => {
      const { api, print } = context();
      const answer = await api(releaseHold, { params: { recordingId: parseRecordingId(id) }, query: { reason } });
      print(answer, ({ recordingId }) => `${recordingId} is not held\n`);
    });
  recordings
    .command('erase <id>')
    .description('erases a recording for good: nothing brings it back')
    .requiredOption('--justification <text>', 'why, in ten characters or more; kept in the audit', parseReason)
    .requiredOption('--confirm <id>', 'the id once more, so that no slip erases')
    .action(async (id: string, { justification, confirm }: { justification: string; confirm: string }) => {
      if (confirm !== id) throw new InvalidArgumentError('--confirm must repeat the id. Nothing was erased.');
      const { api, print } = context();
      const answer = await api(eraseRecording, {
        params: { recordingId: parseRecordingId(id) },
        body: { justification },
      });
      print(
        answer,
        ({ recordingId, state }) => `${recordingId} is ${state === 'erased' ? 'erased' : 'being erased'}\n`,
      );
    });
  recordings
    .command('receipt <id>')
    .description('shows the receipt of an erasure and checks it (exit code 3 when it does not hold)')
    .action(async (id: string) => showErasure(context(), parseRecordingId(id)));
}

/** What is left to say of an erased recording: that it is, and that it existed. */
export async function showErasure({ api, print }: CommandContext, recordingId: RecordingId): Promise<void> {
  const proof = await proveErasure(api, recordingId);
  if (proof === undefined) {
    print({ recordingId, state: 'erasing' }, () => `${recordingId} is being erased; there is no receipt yet\n`);
    return;
  }
  const { receipt, objections } = proof;
  print({ recordingId, state: 'erased', isProven: objections.length === 0, objections, receipt }, () =>
    describe(proof),
  );
  if (objections.length > 0) throw new NegativeAnswer('The receipt does not hold.');
}

function describe({ receipt, objections }: ErasureProof): string {
  const { erasedAt, existed, keys, ciphertext } = receipt;
  const manifest = existed.manifest === null ? 'none was signed' : `version ${existed.manifest.version}`;
  const extent = `${existed.segmentCount} segments, ${formatSeconds(existed.durationMs)}, from ${existed.startedAt}`;
  const facts: [string, string][] = [
    ['Erased at', erasedAt],
    ['Final at', `${keys.finalAt} (key), ${receipt.derivatives.map(({ finalAt }) => finalAt).join(', ')} (events)`],
    ['Asked for by', `${receipt.requestedBy}, ${receipt.requestedAt}`],
    ['Existed as', extent],
    ['Manifest', manifest],
    ['Chain head', `segment ${existed.chainHead.sequence}, ${existed.chainHead.hash}`],
    ['Keys destroyed', keys.fingerprints.join(', ') || 'none were left'],
    ['Bytes', retentionOf(ciphertext.retainedObjects)],
    ['Receipt', objections.length === 0 ? 'signed by the service' : objections.join('; ')],
  ];
  return formatFacts(facts);
}

function retentionOf(retainedObjects: number): string {
  if (retainedObjects === 0) return 'withdrawn';
  return `${retainedObjects} objects are kept by a retention rule; without the key they are noise`;
}

function parseReason(text: string): string {
  const reason = reasonSchema.safeParse(text);
  if (!reason.success) throw new InvalidArgumentError('Must be a sentence of 10 to 1000 characters.');
  return reason.data;
}
