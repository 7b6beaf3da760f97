import { existsSync } from 'node:fs';
import { getRecording, idToBytes, type Recording, type RecordingId, recordingIdSchema } from '@afterimage/contracts';
import { readStoredManifest, storedBytes } from '@afterimage/player';
import {
  base64ToBytes,
  proveRecording,
  type RecordingSource,
  type Verdict,
  verifyRecording,
} from '@afterimage/recording';
import type { Command } from 'commander';
import type { CommandContext, CommandHost } from '../command-context.ts';
import { printFor } from '../command-context.ts';
import { NegativeAnswer, UsageError } from '../output/command-error.ts';
import { describeVerdict } from '../output/verdict-text.ts';
import { openRecording } from '../playback/open-source.ts';
import type { AddCommands } from '../program.ts';
import { isProven } from '../verify/proof-report.ts';
import { describeReport } from '../verify/report-text.ts';
import { CannotVerify, verifyPaths } from '../verify/verify-paths.ts';
import { showErasure } from './erasure.ts';

interface VerifyOptions {
  keys?: string;
  strict?: boolean;
}

export const addVerifyCommand: AddCommands = (program, host, context) => {
  program
    .command('verify <path...>')
    .description('says whether recordings are what their devices sealed: files, folders, a bundle, or one rec_…')
    .option('--keys <file>', 'public keys of the service, instead of those beside the recordings')
    .option('--strict', 'let neither declared gaps, open ends nor missing recordings pass')
    .addHelpText(
      'after',
      '\nExit code 0: nothing was changed. 3: altered, or not to be proven. 2: it could not be tried.',
    )
    .action(async (paths: string[], options: VerifyOptions, command: Command) => {
      const id = storedRecording(paths);
      if (id !== undefined) await verifyStored(context(), id, options.strict ?? false);
      else await verifyDownloaded(host, command.optsWithGlobals(), paths, options);
    });
};

/** A bundle has a folder for each recording, named by its id: what lies here is meant before what is stored. */
function storedRecording([path, ...others]: readonly string[]): RecordingId | undefined {
  if (path === undefined || others.length > 0 || existsSync(path)) return undefined;
  return recordingIdSchema.safeParse(path).data;
}

/** Offline: asks no server, so none need be known. */
async function verifyDownloaded(
  host: CommandHost,
  globals: { json?: boolean },
  paths: readonly string[],
  { keys, strict = false }: VerifyOptions,
): Promise<void> {
  const report = await verifyPaths(paths, keys === undefined ? {} : { keysPath: keys }).catch((error: unknown) => {
    throw error instanceof CannotVerify ? new UsageError(error.message, { cause: error }) : error;
  });
  printFor(host, globals)(report, describeReport);
  if (!isProven(report, strict)) throw new NegativeAnswer('Not everything here is proven to be as it was sealed.');
}

/** What the service has stored, read through it and verified here. */
export async function verifyStored(
  { api, print }: CommandContext,
  recordingId: RecordingId,
  isStrict: boolean,
): Promise<void> {
  const shown = await api(getRecording, { params: { recordingId } });
  if (shown.recording.state === 'erasing' || shown.recording.state === 'erased') {
    return showErasure({ api, print }, recordingId);
  }
  const { recording, source } = await openRecording(api, recordingId);
  const life = new AbortController().signal;
  const sources: RecordingSource[] = [{ name: recordingId, form: 'segments', bytes: storedBytes(source, life) }];
  const isSealed = recording.state === 'complete' || recording.state === 'partial';
  const verdict = isSealed ? await prove(api, recordingId, sources) : await verifyUnsealed(recording, sources);
  print({ recordingId, isManifestVerified: isSealed && verdict.verdict !== 'altered', ...verdict }, describeVerdict);
  if (verdict.verdict === 'altered') throw new NegativeAnswer('The recording is not what the device sealed.');
  if (isStrict && verdict.verdict !== 'intact-and-complete') throw new NegativeAnswer('The recording is not complete.');
}

async function prove(
  api: CommandContext['api'],
  recordingId: RecordingId,
  sources: RecordingSource[],
): Promise<Verdict> {
  const { authentic, keys } = await readStoredManifest(api, recordingId, AbortSignal.timeout(60_000));
  if (authentic === undefined) {
    const detail = 'none of the service’s keys signed the manifest';
    const findings = [{ reason: 'manifest-signature-invalid', detail }] as const;
    return { verdict: 'altered', findings, declaredHoles: [], segmentCount: 0, untilMs: 0 };
  }
  const { manifest: _signedFacts, ...proof } = await proveRecording({ sources, manifests: [authentic], keys });
  return proof;
}

/** Before it is sealed there is no manifest, and the device's own signatures are all there is. */
function verifyUnsealed(
  { recordingId, agentId, devicePublicKey }: Recording,
  sources: RecordingSource[],
): Promise<Verdict> {
  const origin = {
    recordingId: idToBytes(recordingId),
    agentId: idToBytes(agentId),
    devicePublicKey: base64ToBytes(devicePublicKey),
  };
  return verifyRecording({ sources, origin });
}
