import type { ProblemName } from '@afterimage/contracts';

/** The service did not answer, or not in a way that means anything: worth another try later. */
export class ServiceUnreachableError extends Error {
  constructor(reason: string, cause?: unknown) {
    super(`the service cannot be reached: ${reason}`, { cause });
    this.name = 'ServiceUnreachableError';
  }
}

/** The service understood and refused; the same request would be refused again. */
export class ServiceRefusedError extends Error {
  readonly status: number;
  readonly problem: ProblemName | undefined;

  constructor(status: number, problem: ProblemName | undefined, detail: string) {
    super(detail);
    this.name = 'ServiceRefusedError';
    this.status = status;
    this.problem = problem;
  }
}

/** This device is revoked, quarantined or unknown: nothing it sends will be taken. */
export class AgentNotTrustedError extends ServiceRefusedError {
  constructor(status: number) {
    super(status, 'agent-not-trusted', 'the service does not trust this device: it is revoked, quarantined or unknown');
    this.name = 'AgentNotTrustedError';
  }
}
