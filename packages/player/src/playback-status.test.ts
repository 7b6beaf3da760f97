import { describe, expect, test } from '@jest/globals';
import { type PlaybackFacts, statusOf } from './playback-status.ts';

const playing: PlaybackFacts = {
  hasFailed: false,
  isOpen: true,
  isSeeking: false,
  isAtEnd: false,
  mayGrow: false,
  wantsToPlay: true,
  isStarved: false,
};

describe('what the player is said to do', () => {
  test.each<[string, Partial<PlaybackFacts>]>([
    ['playing', {}],
    ['playing', { mayGrow: true }],
    ['buffering', { isStarved: true }],
    ['buffering', { isSeeking: true, wantsToPlay: false }],
    ['paused', { wantsToPlay: false, isStarved: true }],
    ['paused', { wantsToPlay: false, isAtEnd: true, mayGrow: true }],
    ['ended', { isAtEnd: true }],
    ['ended', { isAtEnd: true, wantsToPlay: false }],
    ['waiting-for-live', { isAtEnd: true, mayGrow: true, isStarved: true }],
    ['loading', { isOpen: false, isSeeking: true }],
    ['failed', { hasFailed: true, isOpen: false, isSeeking: true }],
  ])('%s: %j', (status, facts) => {
    expect(statusOf({ ...playing, ...facts })).toBe(status);
  });
});
