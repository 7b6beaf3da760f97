import * as z from 'zod';

interface ProblemDefinition {
  status: number;
  title: string;
}

/** Every refusal the product gives, RFC 9457. Each has a page in docs/problems. */
export const problemDefinitions = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  'role-missing': { status: 403, title: 'Your roles do not allow this' },
  'person-inactive': { status: 403, title: 'You are not active in the directory' },
  'enrolment-token-invalid': { status: 403, title: 'The enrolment token is unknown, used up or expired' },
  'agent-not-trusted': { status: 403, title: 'The agent is revoked or quarantined' },
  'policy-system-defined': { status: 403, title: 'A policy of the product cannot be changed' },
  'recording-not-permitted': { status: 403, title: 'The recording policy does not permit this recording' },
  'live-view-not-allowed': { status: 403, title: 'Live view is not allowed here' },
  'playback-expired': { status: 403, title: 'The playback has ended' },
  'not-found': { status: 404, title: 'Not found' },
  'recording-not-found': { status: 404, title: 'No such recording' },
  'policy-not-found': { status: 404, title: 'No such policy' },
  'session-not-found': { status: 404, title: 'No such session' },
  'command-not-found': { status: 404, title: 'No such command' },
  'directory-entry-not-found': { status: 404, title: 'No such entry of the directory' },
  'agent-not-found': { status: 404, title: 'No such agent' },
  'watch-not-found': { status: 404, title: 'No such watch' },
  'queue-not-found': { status: 404, title: 'No such queue' },
  'recording-not-erased': { status: 404, title: 'The recording is not erased' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'already-exists': { status: 409, title: 'It exists already with other content' },
  'device-counter-reused': { status: 409, title: 'The device counter was used before' },
  'policy-active': { status: 409, title: 'The policy is active' },
  'policy-changed': { status: 409, title: 'Somebody else has changed it meanwhile' },
  'policy-read-only': { status: 409, title: 'The policy is marked read-only' },
  'confirmation-required': { status: 409, title: 'The policy is active: say that you mean it' },
  'viewing-policies-off': { status: 409, title: 'Viewing policies are switched off' },
  'recording-ended': { status: 409, title: 'The recording has ended' },
  'recording-held': { status: 409, title: 'A legal hold stands on the recording' },
  'recording-still-live': { status: 409, title: 'The recording is still being made' },
  'recording-erased': { status: 410, title: 'The recording is erased' },
  'payload-too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'Send JSON' },
  internal: { status: 500, title: 'Something went wrong here' },
} as const satisfies Record<string, ProblemDefinition>;

export type ProblemName = keyof typeof problemDefinitions;
export const problemNames = Object.keys(problemDefinitions) as ProblemName[];

export const problemSchema = z.object({
  /** `urn:afterimage:problem:NAME`, explained in docs/problems/NAME.md. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** What happened, what was kept, what to do next. */
  detail: z.string().optional(),
  /** Request id, to be quoted to an operator. */
  instance: z.string().optional(),
  /** Where the input is wrong: JSON pointers into the body, or names of parameters. */
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

export function makeProblem(name: ProblemName, extra: Pick<Problem, 'detail' | 'instance' | 'errors'> = {}): Problem {
  const { status, title } = problemDefinitions[name];
  return { type: `urn:afterimage:problem:${name}`, title, status, ...extra };
}
