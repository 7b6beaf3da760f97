import { bytesToHex } from '../encoding/hex.ts';
import type { ManifestFile, RecordingManifest } from '../manifest/manifest.ts';
import type { SegmentIndexEntry } from '../reader/segment-index.ts';
import type { RecordingSource, SourceAudit } from './audit-source.ts';
import type { ChainAudit } from './chain-audit.ts';
import type { Finding } from './verdict.ts';

/**
 * What the service attested and the segments don't bear out. Names a tail that was cut off. Once the chain has findings
 * of its own, wrong numbers say nothing more.
 */
export function compareWithManifest(manifest: RecordingManifest, chain: ChainAudit, hasFindings: boolean): Finding[] {
  const { chainHead, isEndAttested, device } = manifest;
  if (chain.lastSequence < chainHead.sequence) {
    const detail = 'the manifest names a later end';
    return [{ reason: 'segment-missing', detail, sequences: [chain.lastSequence + 1, chainHead.sequence] }];
  }
  const head = chain.segment(chainHead.sequence);
  const link = chain.segment(1)?.header.device;
  return [
    ...mismatch(chain.lastSequence > chainHead.sequence, 'segments after the head of the chain'),
    ...mismatch(head !== undefined && bytesToHex(head.hash) !== chainHead.hash, 'another head of the chain'),
    ...(hasFindings ? [] : compareTotals(manifest, chain)),
    ...mismatch(chain.hasEnded !== isEndAttested, 'another account of the end'),
    ...mismatch(
      link !== undefined &&
        (link.recordingCounter !== device.recordingCounter ||
          bytesToHex(link.previousRecordingHead) !== device.previousRecordingHead),
      'another link to the recording before',
    ),
  ];
}

function compareTotals({ segmentCount, durationMs, chainHead, gaps }: RecordingManifest, chain: ChainAudit): Finding[] {
  if (chain.segmentCount !== segmentCount) return mismatch(true, 'another number of segments');
  const declared = gaps.reduce((sum, { fromSequence, toSequence }) => sum + toSequence - fromSequence + 1, 0);
  return [
    ...mismatch(segmentCount + declared !== chainHead.sequence, 'declares gaps where there are segments'),
    ...mismatch(chain.untilMs !== durationMs, 'another duration'),
  ];
}

/** Compares a finished file with the manifest's line about it. */
export function compareFileWithManifest(
  manifest: RecordingManifest,
  source: RecordingSource,
  audit: SourceAudit,
): Finding[] {
  const [first] = audit.entries;
  const last = audit.entries.at(-1);
  if (source.form !== 'file' || first === undefined || last === undefined) return [];
  const line = manifest.files.find((file) => file.fileNumber === first.fileNumber);
  const isSame = line !== undefined && line.sizeBytes === audit.sizeBytes && holdsSame(line, first, last, audit);
  return mismatch(!isSame, 'the file is not the one that the manifest describes', source.name);
}

function holdsSame(line: ManifestFile, first: SegmentIndexEntry, last: SegmentIndexEntry, audit: SourceAudit): boolean {
  return (
    line.firstSequence === first.sequence &&
    line.lastSequence === last.sequence &&
    line.segmentCount === audit.entries.length
  );
}

function mismatch(isMismatch: boolean, detail: string, file?: string): Finding[] {
  return isMismatch ? [{ reason: 'manifest-mismatch', detail, ...(file !== undefined && { file }) }] : [];
}
