import type { AnyRecordingRule } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { emptyRuleForm, firstOpenStep, formOf, problemsOfForm, type RuleForm, ruleOf } from './rule-form.ts';

const full: RuleForm = {
  ...emptyRuleForm,
  name: 'Support',
  action: 'record-with-notification',
  recordsAudio: true,
  isLossy: true,
  hidesApplications: true,
  hiddenNames: ' keepassxc ;outlook.exe;; ',
  chosen: ['principals', 'applications'],
  values: {
    ...emptyRuleForm.values,
    principals: [{ kind: 'group', name: 'Support' }],
    applications: ['SAP GUI'],
    accessTags: ['outside'],
  },
};

describe('a rule out of what was entered', () => {
  test('POL-034: has the hidden applications that were separated by semicolons', () => {
    expect(ruleOf(full, 'r')?.options.hiddenApplications).toEqual({
      processNames: ['keepassxc', 'outlook.exe'],
      maskColour: 'black',
    });
  });

  test('POL-032: says nothing of the screen when its action does not record the screen', () => {
    for (const action of ['record-events-with-notification', 'do-not-record'] as const) {
      const rule = ruleOf({ ...full, action, allowsUserInitiated: true }, 'r');
      expect(rule?.options).toEqual({ recordsAudio: false, isLossy: false, allowsUserInitiated: true });
    }
  });

  test('has only the criteria that were picked', () => {
    expect(ruleOf(full, 'r')?.criteria).toEqual({
      principals: [{ kind: 'group', name: 'Support' }],
      applications: ['SAP GUI'],
    });
  });

  test('is the same rule again when it is opened and finished without a change', () => {
    const rule: AnyRecordingRule = {
      ruleId: 'r',
      name: 'Outside',
      action: 'record-without-notification',
      options: {
        recordsAudio: false,
        isLossy: true,
        allowsUserInitiated: true,
        hiddenApplications: { processNames: ['a', 'b'], maskColour: 'white' },
      },
      criteria: { clientAddresses: ['10.0.0.0/8'], machines: [{ kind: 'machine-group', name: 'Berlin' }] },
    };
    expect(ruleOf(formOf(rule), 'r')).toEqual(rule);
  });
});

describe('the step that the wizard can go to', () => {
  test.each([
    ['action', { ...full, action: undefined }],
    ['action', { ...full, name: ' ' }],
    ['action', { ...full, hiddenNames: '/usr/bin/secret' }],
    ['criteria', { ...full, chosen: [] }],
    ['values', { ...full, chosen: ['principals', 'machines'] }],
    ['finish', full],
  ] as const)('is %s', (step, form) => {
    const { action, ...others } = form;
    const entered: RuleForm = { ...others, chosen: [...form.chosen], ...(action === undefined ? {} : { action }) };
    expect(firstOpenStep(problemsOfForm(entered))).toBe(step);
  });

  test('is not held up by hidden applications when the screen is not recorded', () => {
    expect(firstOpenStep(problemsOfForm({ ...full, action: 'do-not-record', hiddenNames: '/' }))).toBe('finish');
  });
});
