import type { DeviceFinding } from '@afterimage/recording';
import { describeVerdict } from '../output/verdict-text.ts';
import type { ProofReport, RecordingReport } from './proof-report.ts';

/** The report as people read it: one paragraph for each recording, then what lies between and beside them. */
export function describeReport(report: ProofReport): string {
  const { recordings, devices, unproven, ignored, keys } = report;
  const paragraphs = [
    ...recordings.map(describeRecording),
    list('Between recordings', devices.map(describeDeviceFinding)),
    list(
      'Not proven',
      unproven.map(({ path, reason }) => `${path}: ${reason}`),
    ),
    list(
      'Ignored',
      ignored.map(({ path, reason }) => `${path}: ${reason}`),
    ),
    recordings.length + unproven.length === 0 ? 'There is no recording here.\n' : '',
    `Public keys of ${keys.asOf} from ${keys.path}: ${keys.keyIds.join(', ')}\n`,
  ];
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n');
}

function describeRecording(report: RecordingReport): string {
  const { recordingId, hostName, deviceCounter, agentId, manifestVersion, missingVersions } = report;
  if (recordingId === undefined) return describeVerdict(report);
  const device = `recording ${deviceCounter} of ${agentId}${hostName === undefined ? '' : ` on ${hostName}`}`;
  const older = missingVersions.length > 0 ? `; versions ${missingVersions.join(', ')} of it are not here` : '';
  return `${recordingId}: ${describeVerdict(report)}  ${device}, manifest version ${manifestVersion}${older}\n`;
}

function describeDeviceFinding(finding: DeviceFinding): string {
  switch (finding.kind) {
    case 'recordings-missing': {
      const [from, to] = finding.counters;
      const which =
        from === to
          ? `recording ${from} of ${finding.agentId} is`
          : `recordings ${from}-${to} of ${finding.agentId} are`;
      if (finding.after === undefined) return `${which} missing before ${finding.before}`;
      return `${which} missing between ${finding.after} and ${finding.before}`;
    }
    case 'counter-repeated':
      return `${finding.recordingIds.join(' and ')} both say that they are recording ${finding.counter} of ${finding.agentId}`;
    case 'link-broken':
      return `${finding.recordingId} (${finding.counter} of ${finding.agentId}) follows a recording that is none of the earlier ones, though all are here`;
  }
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${[`${title}:`, ...lines.map((line) => `  ${line}`)].join('\n')}\n`;
}
