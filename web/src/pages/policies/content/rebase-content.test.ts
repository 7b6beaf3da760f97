import { type AnyRecordingRule, recordingOptionsSchema } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import type { PolicyContent } from './policy-content.ts';
import { rebaseContent } from './rebase-content.ts';

const rule = (ruleId: string, name = ruleId): AnyRecordingRule => ({
  ruleId,
  name,
  action: 'record-with-notification',
  options: { recordsAudio: false, isLossy: false, allowsUserInitiated: false },
  criteria: { applications: [ruleId] },
});

const base: PolicyContent = {
  name: 'Office',
  description: '',
  isReadOnly: false,
  options: recordingOptionsSchema.parse({ uploadIntervalSeconds: 60, keyImageIntervalSeconds: 60 }),
  rules: [rule('a'), rule('b'), rule('c')],
};

const namesOf = ({ rules }: PolicyContent) => rules.map(({ name }) => name);

describe('bringing my changes onto what somebody else has saved', () => {
  test('takes both when they touch different things', () => {
    const mine = { ...base, name: 'Offices', rules: [rule('a', 'A'), rule('b'), rule('c'), rule('mine')] };
    const theirs = {
      ...base,
      description: 'All of them',
      options: { ...base.options, keyImageIntervalSeconds: 30 },
      rules: [rule('a'), rule('b'), rule('theirs')],
    };
    const { content, clashes } = rebaseContent(base, mine, theirs);
    expect(clashes).toEqual([]);
    expect(content).toMatchObject({ name: 'Offices', description: 'All of them' });
    expect(content.options.keyImageIntervalSeconds).toBe(30);
    expect(namesOf(content)).toEqual(['A', 'b', 'theirs', 'mine']);
  });

  test('has mine where both changed a rule, and names it', () => {
    const mine = { ...base, rules: [rule('a', 'mine'), rule('b'), rule('c')] };
    const theirs = { ...base, rules: [rule('a', 'theirs'), rule('b'), rule('c')] };
    const { content, clashes } = rebaseContent(base, mine, theirs);
    expect(namesOf(content)).toEqual(['mine', 'b', 'c']);
    expect(clashes).toEqual(['theirs']);
  });

  test('keeps a rule that I changed and they removed, and leaves out one that I removed', () => {
    const mine = { ...base, rules: [rule('a', 'A'), rule('c')] };
    const theirs = { ...base, rules: [rule('b', 'B'), rule('c')] };
    const { content, clashes } = rebaseContent(base, mine, theirs);
    expect(namesOf(content)).toEqual(['c', 'A']);
    expect(clashes.toSorted()).toEqual(['A', 'B']);
  });

  test('changes nothing of theirs when I changed nothing', () => {
    const theirs = { ...base, name: 'Theirs', rules: [rule('c', 'C')] };
    expect(rebaseContent(base, base, theirs)).toEqual({ content: theirs, clashes: [] });
  });
});
