import {
  anyRecordingRuleSchema,
  hiddenApplicationsSchema,
  machineSchema,
  type PolicyChange,
  principalSchema,
  type RecordingAction,
  recordingActionSchema,
} from '@afterimage/contracts';
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import * as z from 'zod';
import { asCriterionValues, type CriterionName, type CriterionValue, criterionNames } from './criteria.ts';
import { type RuleWords, useRuleWords } from './use-rule-words.ts';

const listSchema = z.array(z.union([z.string(), principalSchema, machineSchema]));

/** What one change, or the changes of one rule, come to. */
export interface ChangeInWords {
  key: string;
  mark: 'added' | 'removed' | 'changed';
  title: string;
  lines: string[];
}

/** Changes as people say them; those of one rule together. */
export function useChangeWords(changes: readonly PolicyChange[]): ChangeInWords[] {
  const { t } = useTranslation();
  const words = useRuleWords();
  return useMemo(() => inWords(changes, t, words), [changes, t, words]);
}

function inWords(changes: readonly PolicyChange[], t: TFunction, words: RuleWords): ChangeInWords[] {
  const said = new Map<string, ChangeInWords>();
  changes.forEach((change) => {
    const next = oneInWords(change, t, words);
    const same = said.get(next.key);
    if (same === undefined) said.set(next.key, next);
    else same.lines.push(...next.lines);
  });
  return [...said.values()];
}

function oneInWords(change: PolicyChange, t: TFunction, words: RuleWords): ChangeInWords {
  const { kind, ruleId, ruleName, before, after } = change;
  const name = ruleName ?? ruleId ?? '';
  switch (kind) {
    case 'name':
    case 'description':
    case 'read-only':
      return { key: kind, mark: 'changed', title: t(`policies.change.${kind}`), lines: [fromTo(before, after, t)] };
    case 'options':
      return { key: kind, mark: 'changed', title: t('policies.change.options'), lines: optionLines(change, t) };
    case 'rule-added':
    case 'rule-removed': {
      const rule = anyRecordingRuleSchema.safeParse(kind === 'rule-added' ? after : before).data;
      const lines = rule === undefined ? [] : [words.sentence(rule), ...words.options(rule.options)];
      const mark = kind === 'rule-added' ? 'added' : 'removed';
      return { key: `${kind} ${ruleId}`, mark, title: t(`policies.change.${kind}`, { name }), lines };
    }
    case 'rule-moved':
      return {
        key: `${kind} ${ruleId}`,
        mark: 'changed',
        title: t('policies.change.rule-changed', { name }),
        lines: [t('policies.change.moved')],
      };
    case 'rule-changed':
      return {
        key: `${kind} ${ruleId}`,
        mark: 'changed',
        title: t('policies.change.rule-changed', { name }),
        lines: ruleLines(change, t, words),
      };
  }
}

/** Field names without their folder: `/options/isLossy` and `/isLossy` are one. */
function fieldOf(pointer: string | undefined): string {
  return pointer?.split('/').at(-1) ?? '';
}

function ruleLines(change: PolicyChange, t: TFunction, words: RuleWords): string[] {
  const { before, after } = change;
  const field = fieldOf(change.pointer);
  const criterion = criterionNames.find((name) => name === field);
  if (criterion !== undefined) return criterionLines(criterion, before, after, t, words);
  switch (field) {
    case 'name':
      return [t('policies.change.rule-name', { change: fromTo(before, after, t) })];
    case 'action':
      return [t('policies.change.arrow', { before: actionWords(before, words), after: actionWords(after, words) })];
    case 'recordsAudio':
    case 'isLossy':
    case 'allowsUserInitiated':
      return [t(`policies.change.${field}-${after === true ? 'on' : 'off'}`)];
    case 'hiddenApplications':
      return [hiddenLine(after, t, words)];
    case 'processNames':
      return [
        t('policies.change.hidden-names', {
          names: z.array(z.string()).safeParse(after).data?.join('; '),
        }),
      ];
    case 'maskColour':
      return [t('policies.change.hidden-colour', { colour: t(`policies.colour.${String(after)}`) })];
    default:
      return [t('policies.change.field', { field, change: fromTo(before, after, t) })];
  }
}

function actionWords(value: unknown, words: RuleWords): string {
  const action: RecordingAction | undefined = recordingActionSchema.safeParse(value).data;
  return action === undefined ? '–' : words.action(action);
}

function hiddenLine(after: unknown, t: TFunction, words: RuleWords): string {
  const hidden = hiddenApplicationsSchema.safeParse(after).data;
  if (hidden === undefined) return t('policies.change.hides-none');
  return (
    words.options({ recordsAudio: false, isLossy: false, allowsUserInitiated: false, hiddenApplications: hidden })[0] ??
    ''
  );
}

/** What a criterion had; nothing where it was not there. */
function listOf(name: CriterionName, values: unknown): CriterionValue[] {
  return asCriterionValues(name, listSchema.safeParse(values).data ?? []);
}

function criterionLines(
  name: CriterionName,
  before: unknown,
  after: unknown,
  t: TFunction,
  words: RuleWords,
): string[] {
  const criterion = words.criterion(name);
  const [old, now] = [listOf(name, before), listOf(name, after)];
  // Of long lists the service says only that they differ.
  if (old.length === 0 && now.length === 0) return [t('policies.change.criterion-changed', { criterion })];
  if (old.length === 0) return [t('policies.change.criterion-added', { criterion, values: words.alternatives(now) })];
  if (now.length === 0) return [t('policies.change.criterion-removed', { criterion })];
  const without = (from: typeof old, those: typeof old) => {
    const said = new Set(those.map(words.value));
    return from.filter((value) => !said.has(words.value(value)));
  };
  const [added, removed] = [without(now, old), without(old, now)];
  return [
    ...(added.length > 0 ? [t('policies.change.values-added', { criterion, values: words.alternatives(added) })] : []),
    ...(removed.length > 0
      ? [t('policies.change.values-removed', { criterion, values: words.alternatives(removed) })]
      : []),
  ];
}

function optionLines({ pointer, before, after }: PolicyChange, t: TFunction): string[] {
  const field = fieldOf(pointer);
  if (typeof before === 'object' && before !== null && typeof after === 'object' && after !== null) {
    const left = new Map<string, unknown>(Object.entries(before));
    return Object.entries(after)
      .filter(([key, value]) => JSON.stringify(left.get(key)) !== JSON.stringify(value))
      .flatMap(([key, value]) =>
        optionLines({ kind: 'options', pointer: `/${key}`, before: left.get(key), after: value }, t),
      );
  }
  return [
    t('policies.change.field', { field: t(`policies.options.${field}`, field), change: fromTo(before, after, t) }),
  ];
}

function fromTo(before: unknown, after: unknown, t: TFunction): string {
  const say = (value: unknown) => {
    if (value === undefined || value === '') return t('policies.change.nothing');
    if (typeof value === 'boolean') return t(`policies.change.${value ? 'yes' : 'no'}`);
    if (typeof value === 'string') return t('policies.words.quoted', { text: value });
    return JSON.stringify(value);
  };
  return t('policies.change.arrow', { before: say(before), after: say(after) });
}
