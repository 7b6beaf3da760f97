/** What is done to the line, and how often beside the others. Kills count towards the number that was asked for. */
export const faultWeights = {
  'agent killed': 12,
  'localcloud killed': 2,
  'function killed': 4,
  'line cut': 2,
  'line slow': 1,
  'line half-open': 1,
  'line reset': 2,
  'clock set wrong': 1,
  'machine suspended': 1,
  'spool full': 0.3,
  'messages repeated': 1,
  'messages doubled, late or lost': 2,
  'storage answers 503': 1,
  'disk of localcloud full': 0.5,
} as const;

export type FaultKind = keyof typeof faultWeights;

export const isKill = (kind: FaultKind): boolean => kind.endsWith('killed');
