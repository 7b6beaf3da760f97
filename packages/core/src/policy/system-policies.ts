import { type RecordingPolicy, recordingOptionsSchema, type SystemRecordingPolicyId } from '@afterimage/contracts';

const options = recordingOptionsSchema.parse({ uploadIntervalSeconds: 60, keyImageIntervalSeconds: 60 });

/** The policies that every deployment has. Neither can be changed; one of them is active until there are others. */
export const systemRecordingPolicies: Readonly<Record<SystemRecordingPolicyId, RecordingPolicy>> = {
  'do-not-record': {
    policyId: 'do-not-record',
    name: 'Do not record',
    description: 'No session is recorded.',
    isSystemDefined: true,
    version: 1,
    rule: { ruleId: 'everyone', name: 'Everyone', action: 'do-not-record' },
    options,
  },
  'record-everyone-without-notification': {
    policyId: 'record-everyone-without-notification',
    name: 'Record everyone without notification',
    description: 'Every session is recorded from its start to its end; the user is not told by the product.',
    isSystemDefined: true,
    version: 1,
    rule: { ruleId: 'everyone', name: 'Everyone', action: 'record-without-notification' },
    options,
  },
};

/** A deployment records nothing until an administrator says so. */
export const initialRecordingPolicyId: SystemRecordingPolicyId = 'do-not-record';
