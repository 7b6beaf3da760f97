import { type RecordingAction, recordingActionSchema } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { reviewAtRollover } from './review-at-rollover.ts';

const review = (previous: RecordingAction, next: RecordingAction) =>
  reviewAtRollover({ previous: { action: previous }, next: { action: next } });

const silent = ['record-without-notification', 'record-events-without-notification'] as const;
const told = ['record-with-notification', 'record-events-with-notification'] as const;

describe('reviewAtRollover', () => {
  test('POL-061: leaves a session alone that was decided not to be recorded', () => {
    for (const next of recordingActionSchema.options) expect(review('do-not-record', next)).toBe('go-on');
  });

  test('POL-062: stops a silent recording under a policy that does not record', () => {
    for (const previous of silent) expect(review(previous, 'do-not-record')).toBe('stop');
  });

  test('POL-063: tells the user under a policy that records with notification, be it the screen or events', () => {
    for (const previous of silent) for (const next of told) expect(review(previous, next)).toBe('go-on-and-tell');
  });

  test('POL-064: stops a recording that the user knows of under a policy that does not record', () => {
    for (const previous of told) expect(review(previous, 'do-not-record')).toBe('stop');
  });

  test('POL-065: goes on without a word under a policy that records silently', () => {
    for (const previous of told) for (const next of silent) expect(review(previous, next)).toBe('go-on');
  });

  test('goes on without a word where the user has been told before, or is still not to be', () => {
    for (const actions of [silent, told]) {
      for (const previous of actions) for (const next of actions) expect(review(previous, next)).toBe('go-on');
    }
  });
});
