import { readdir } from 'node:fs/promises';
import { openDataDirectory } from '../files/data-directory.ts';
import { DirectoryInUseError, lockDirectory } from '../files/directory-lock.ts';
import { JsonFile } from '../files/json-file.ts';
import { DeviceState } from '../identity/device-state.ts';
import { enrolmentFile } from '../identity/enrolment.ts';
import { HostSettings } from '../settings/host-settings.ts';
import { type RunningStatus, runningStatusSchema } from '../status/status-reporter.ts';
import { exitCodes } from './exit-codes.ts';

interface StatusReport {
  readonly enrolledAs: string | undefined;
  readonly serverUrl: string | undefined;
  readonly isRunning: boolean;
  readonly isRecordingEnabled: boolean;
  readonly recordingCounter: number;
  readonly clockOffsetMs: number;
  /** Recordings of which something is still on this host. */
  readonly keptRecordings: number;
  /** As the agent last wrote it; it may be of an earlier run. */
  readonly lastRun: RunningStatus | undefined;
}

/** @returns the exit code */
export async function runStatus(dataDirectory: string, asJson: boolean): Promise<number> {
  const report = await readStatus(dataDirectory);
  process.stdout.write(asJson ? `${JSON.stringify(report, null, 2)}\n` : describe(report));
  return report.enrolledAs === undefined ? exitCodes.notEnrolled : exitCodes.done;
}

async function readStatus(dataDirectory: string): Promise<StatusReport> {
  const directory = await openDataDirectory(dataDirectory);
  const enrolment = await enrolmentFile(directory.enrolment).read();
  const { values } = await DeviceState.open(directory.deviceState);
  const lastRun = await new JsonFile(directory.status, runningStatusSchema).read();
  const kept = (await readdir(directory.recordings)).filter((name) => /^rec_[^.]+$/.test(name));
  return {
    enrolledAs: enrolment?.agentId,
    serverUrl: enrolment?.serverUrl,
    isRunning: isLocked(directory.lock),
    isRecordingEnabled: (await new HostSettings(directory.settings).look()).isRecordingEnabled,
    recordingCounter: values.recordingCounter,
    clockOffsetMs: lastRun?.clockOffsetMs ?? values.clockOffsetMs,
    keptRecordings: kept.length,
    lastRun,
  };
}

function isLocked(path: string): boolean {
  try {
    lockDirectory(path).release();
    return false;
  } catch (error) {
    if (error instanceof DirectoryInUseError) return true;
    throw error;
  }
}

function describe(report: StatusReport): string {
  const { lastRun } = report;
  const lines = [
    report.enrolledAs === undefined ? 'Not enrolled' : `Enrolled as   ${report.enrolledAs} with ${report.serverUrl}`,
    `Agent         ${report.isRunning ? 'running' : 'not running'}${report.isRecordingEnabled ? '' : ', recording is off'}`,
    `Recordings    ${report.recordingCounter} made, ${report.keptRecordings} not wholly stored`,
    `Clock         ${describeOffset(report.clockOffsetMs)}`,
  ];
  if (lastRun) lines.push(...describeRun(lastRun));
  return `${lines.join('\n')}\n`;
}

function describeRun(run: RunningStatus): string[] {
  const lines = [`Spool         ${megabytes(run.spoolUsedBytes)} of ${megabytes(run.spoolLimitBytes)}`];
  for (const recording of run.recordings) {
    const state = recording.isEnded ? 'ended' : 'recording';
    const refused = recording.refusedBecause === undefined ? '' : `, refused: ${recording.refusedBecause}`;
    const rejected = recording.rejectedCount === 0 ? '' : `, ${recording.rejectedCount} rejected`;
    lines.push(
      `${recording.recordingId}  ${state}, sealed ${recording.sealedSequence}, stored ${recording.contiguousSequence}${rejected}${refused}`,
    );
  }
  if (run.isUntrusted) lines.push('The service does not trust this device any more.');
  if (run.lastError !== undefined) lines.push(`Last error    ${run.lastError}`);
  return lines;
}

function describeOffset(offsetMs: number): string {
  if (Math.abs(offsetMs) < 1_000) return 'in step with the service';
  const seconds = (Math.abs(offsetMs) / 1000).toFixed(1);
  return `${seconds} s ${offsetMs > 0 ? 'ahead of' : 'behind'} the service`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
