import {
  type RecordingAction,
  type RecordingPolicy,
  type RuleOptions,
  recordingOptionsSchema,
  ruleOptionsSchema,
  type SystemRecordingPolicyId,
} from '@afterimage/contracts';

const options = recordingOptionsSchema.parse({ uploadIntervalSeconds: 60, keyImageIntervalSeconds: 60 });

interface ForEveryone {
  name: string;
  description: string;
  action: RecordingAction;
  options?: Partial<RuleOptions>;
}

const forEveryone: Readonly<Record<SystemRecordingPolicyId, ForEveryone>> = {
  'do-not-record': { name: 'Do not record', description: 'No session is recorded.', action: 'do-not-record' },
  'record-everyone-with-notification': {
    name: 'Record everyone with notification',
    description: 'The screen and the events of every session, without audio; users are told before.',
    action: 'record-with-notification',
  },
  'record-everyone-without-notification': {
    name: 'Record everyone without notification',
    description: 'The screen and the events of every session, without audio; the product does not tell users.',
    action: 'record-without-notification',
  },
  'record-everyone-lossy-with-notification': {
    name: 'Record everyone lossy with notification',
    description: 'As with notification, with the screen kept lossy so that recordings are smaller.',
    action: 'record-with-notification',
    options: { isLossy: true },
  },
  'record-everyone-lossy-without-notification': {
    name: 'Record everyone lossy without notification',
    description: 'As without notification, with the screen kept lossy so that recordings are smaller.',
    action: 'record-without-notification',
    options: { isLossy: true },
  },
  'record-everyone-with-audio-and-notification': {
    name: 'Record everyone with audio and notification',
    description: 'The screen, the events and the audio of every session; users are told before.',
    action: 'record-with-notification',
    options: { recordsAudio: true },
  },
  'record-everyone-with-audio-without-notification': {
    name: 'Record everyone with audio, without notification',
    description: 'The screen, the events and the audio of every session; the product does not tell users.',
    action: 'record-without-notification',
    options: { recordsAudio: true },
  },
  'record-events-with-notification': {
    name: 'Record events of everyone with notification',
    description: 'What is noticed in every session, without the screen and without audio; users are told before.',
    action: 'record-events-with-notification',
  },
  'record-events-without-notification': {
    name: 'Record events of everyone without notification',
    description: 'What is noticed in every session, without the screen and without audio; users are not told.',
    action: 'record-events-without-notification',
  },
};

function systemPolicy(policyId: SystemRecordingPolicyId): RecordingPolicy {
  const { name, description, action, options: ruleOptions } = forEveryone[policyId];
  return {
    policyId,
    name,
    description,
    isReadOnly: true,
    isSystemDefined: true,
    version: 1,
    options,
    rules: [
      {
        ruleId: 'everyone',
        name: 'Everyone',
        action,
        options: ruleOptionsSchema.parse(ruleOptions ?? {}),
        criteria: {},
      },
    ],
  };
}

/** The policies that every deployment has: one rule each, for everybody (POL-014..023). None can be changed. */
export const systemRecordingPolicies: Readonly<Record<SystemRecordingPolicyId, RecordingPolicy>> = {
  'do-not-record': systemPolicy('do-not-record'),
  'record-everyone-with-notification': systemPolicy('record-everyone-with-notification'),
  'record-everyone-without-notification': systemPolicy('record-everyone-without-notification'),
  'record-everyone-lossy-with-notification': systemPolicy('record-everyone-lossy-with-notification'),
  'record-everyone-lossy-without-notification': systemPolicy('record-everyone-lossy-without-notification'),
  'record-everyone-with-audio-and-notification': systemPolicy('record-everyone-with-audio-and-notification'),
  'record-everyone-with-audio-without-notification': systemPolicy('record-everyone-with-audio-without-notification'),
  'record-events-with-notification': systemPolicy('record-events-with-notification'),
  'record-events-without-notification': systemPolicy('record-events-without-notification'),
};

/** A deployment records nothing until an administrator says so. */
export const initialRecordingPolicyId: SystemRecordingPolicyId = 'do-not-record';
