import { DynamoPlaybackStore, DynamoRecordingStore } from '@afterimage/aws';
import { readEnvironment } from '../environment.ts';
import { composeChannelPoster } from './channel.ts';
import { tableNamed } from './clients.ts';
import { composeReviewers } from './reviewers.ts';

export function composeWatching() {
  const environment = readEnvironment('watching');
  const recordings = tableNamed(environment.RECORDINGS_TABLE);
  return {
    ...composeReviewers(environment),
    ...composeChannelPoster(environment),
    channelUrl: environment.CHANNEL_URL,
    isLiveViewAllowed: environment.LIVE_VIEW === 'allowed',
    recordings: new DynamoRecordingStore(recordings),
    playbacks: new DynamoPlaybackStore(recordings),
  };
}
