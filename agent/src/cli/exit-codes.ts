import { AgentNotEnrolledError } from '../agent.ts';
import { AlreadyEnrolledError } from '../enrol-agent.ts';
import { DirectoryInUseError } from '../files/directory-lock.ts';
import { ChromiumLaunchError } from '../sources/browser/chromium-process.ts';
import { DevToolsError } from '../sources/browser/devtools-connection.ts';
import { X11Error } from '../sources/x11/x11-error.ts';
import { AgentNotTrustedError, ServiceRefusedError, ServiceUnreachableError } from '../transport/service-error.ts';

/** Documented in docs/features/agent.md; scripts rely on them. */
export const exitCodes = {
  /** Also when the policy says not to record. */
  done: 0,
  failed: 1,
  usage: 2,
  notEnrolled: 3,
  serviceUnreachable: 4,
  refused: 5,
  sourceFailed: 6,
  directoryInUse: 7,
  /** The session is over; a part of it waits in the spool for `flush` or the next run, or is lost, as the log says. */
  notAllStored: 8,
  /** The user did not agree to be recorded. */
  declined: 9,
} as const;

export function exitCodeOf(error: unknown): number {
  if (error instanceof AgentNotEnrolledError || error instanceof AlreadyEnrolledError) return exitCodes.notEnrolled;
  if (error instanceof ServiceUnreachableError) return exitCodes.serviceUnreachable;
  if (error instanceof ServiceRefusedError) return exitCodes.refused;
  if (error instanceof DevToolsError || error instanceof ChromiumLaunchError) return exitCodes.sourceFailed;
  if (error instanceof X11Error) return exitCodes.sourceFailed;
  if (error instanceof DirectoryInUseError) return exitCodes.directoryInUse;
  return exitCodes.failed;
}

/** What happened, what was kept, what to do next: one line for a person. */
export function explainError(error: unknown): string {
  const happened = error instanceof Error ? error.message : String(error);
  if (error instanceof AgentNotEnrolledError)
    return `${happened}. Enrol first: afterimage-agent enrol --server URL --token TOKEN`;
  if (error instanceof AlreadyEnrolledError) return `${happened}. Choose another directory with --data to enrol again`;
  if (error instanceof AgentNotTrustedError) {
    return `${happened}. What was recorded stays in the spool. Ask an administrator, or enrol again with --data elsewhere`;
  }
  if (error instanceof ServiceUnreachableError)
    return `${happened}. Nothing was recorded. Try again, or use --record-on-error`;
  if (error instanceof X11Error && error.code === 'not-authorised')
    return `${happened}. Name the file that has it: --authority FILE, or XAUTHORITY`;
  return happened;
}
