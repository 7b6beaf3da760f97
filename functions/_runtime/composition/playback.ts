import { DynamoDataKeyStore, DynamoPlaybackStore, DynamoRecordingStore, KmsKeyUnwrapper } from '@afterimage/aws';
import { KMSClient } from '@aws-sdk/client-kms';
import { readEnvironment } from '../environment.ts';
import { tableNamed } from './clients.ts';
import { composeReviewers } from './reviewers.ts';
import { composeSeenBy } from './viewing.ts';

export function composePlayback() {
  const environment = readEnvironment('playback');
  const recordings = tableNamed(environment.RECORDINGS_TABLE);
  const reviewers = composeReviewers(environment);
  return {
    ...reviewers,
    seenBy: composeSeenBy({
      configurationTable: environment.CONFIGURATION_TABLE,
      recordings: new DynamoRecordingStore(recordings),
    }),
    playbacks: new DynamoPlaybackStore(recordings),
    keys: new DynamoDataKeyStore(tableNamed(environment.KEYS_TABLE)),
    unwrapper: new KmsKeyUnwrapper(new KMSClient({})),
  };
}
