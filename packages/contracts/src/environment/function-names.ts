/** One folder of `functions/` each. */
export const functionNames = [
  'agent-authorizer',
  'agent-enrolment',
  'policy-evaluation',
  'session-intake',
  'recording-intake',
  'channel',
  'ingest',
  'event-indexer',
  'finalise',
  'sweeper',
  'catalog',
  'playback',
  'watching',
  'administration',
  'directory',
  'scim',
  'sessions',
  'policies',
  'erasure',
] as const;

export type FunctionName = (typeof functionNames)[number];
