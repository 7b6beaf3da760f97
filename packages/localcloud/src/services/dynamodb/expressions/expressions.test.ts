import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Item } from '../attribute-value.ts';
import { parseItem } from '../attribute-value.ts';
import { meets } from './condition-evaluation.ts';
import { parseCondition } from './condition-parser.ts';
import { Placeholders } from './placeholders.ts';
import { parseProjection, project } from './projection.ts';
import { isReservedWord, reservedWords } from './reserved-words.ts';
import { applyUpdate } from './update-application.ts';
import { parseUpdate } from './update-parser.ts';

function holds(expression: string, item: Item | undefined, values?: Record<string, unknown>): boolean {
  const placeholders = new Placeholders(undefined, values);
  const condition = parseCondition(expression, 'ConditionExpression', placeholders);
  placeholders.refuseUnused(true);
  return meets(condition, item);
}

/** A random condition over flags, as text and as the truth it should have. */
interface Sample {
  text: string;
  truth: (flags: readonly boolean[]) => boolean;
}

const { condition: conditions } = fc.letrec<{ condition: Sample; leaf: Sample }>((tie) => ({
  leaf: fc.integer({ min: 0, max: 3 }).map((index) => ({
    text: `flag${index} = :yes`,
    truth: (flags: readonly boolean[]) => flags[index] === true,
  })),
  condition: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    tie('leaf'),
    tie('condition').map(({ text, truth }) => ({
      text: `NOT (${text})`,
      truth: (flags: readonly boolean[]) => !truth(flags),
    })),
    fc.tuple(tie('condition'), tie('condition')).map(([left, right]) => ({
      text: `(${left.text}) AND (${right.text})`,
      truth: (flags: readonly boolean[]) => left.truth(flags) && right.truth(flags),
    })),
    fc.tuple(tie('condition'), tie('condition')).map(([left, right]) => ({
      text: `(${left.text}) or (${right.text})`,
      truth: (flags: readonly boolean[]) => left.truth(flags) || right.truth(flags),
    })),
  ),
}));

describe('conditions', () => {
  test('logic is that of its parts, however it is nested', () => {
    fc.assert(
      fc.property(conditions, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), ({ text, truth }, flags) => {
        const item = Object.fromEntries(flags.map((flag, index) => [`flag${index}`, { BOOL: flag }]));
        expect(holds(text, item, { ':yes': { BOOL: true } })).toBe(truth(flags));
      }),
      { numRuns: 200 },
    );
  });

  test('NOT binds closer than AND, AND closer than OR', () => {
    const item: Item = { a: { BOOL: true }, b: { BOOL: false } };
    const values = { ':t': { BOOL: true } };
    expect(holds('a = :t OR a = :t AND b = :t', item, values)).toBe(true);
    expect(holds('NOT b = :t AND a = :t', item, values)).toBe(true);
    expect(holds('NOT (b = :t OR a = :t)', item, values)).toBe(false);
  });

  const item: Item = parseItem({
    flake: { S: 'snow' },
    n: { N: '10' },
    words: { SS: ['a', 'b'] },
    parts: { L: [{ S: 'x' }, { M: { deep: { N: '1' } } }] },
    bytes: { B: 'AQID' },
    nothing: { NULL: true },
  });

  test.each([
    ['n > :v', { N: '9' }, true],
    ['n > :v', { S: '9' }, false],
    ['n <> :v', { S: '10' }, true],
    ['missing1 <> :v', { S: 'a' }, true],
    ['missing1 = :v', { S: 'a' }, false],
    ['n BETWEEN :v AND :v', { N: '10.0' }, true],
    ['n IN (:v, flake)', { N: '1e1' }, true],
    ['begins_with(bytes, :v)', { B: 'AQI=' }, true],
    ['begins_with(n, :v)', { S: '1' }, false],
    ['contains(words, :v)', { S: 'b' }, true],
    ['contains(parts, :v)', { S: 'x' }, true],
    ['contains(bytes, :v)', { B: 'AgM=' }, true],
    ['contains(n, :v)', { N: '1' }, false],
    ['size(flake) = :v', { N: '4' }, true],
    ['size(bytes) = :v', { N: '3' }, true],
    ['size(n) = :v', { N: '2' }, false],
    ['parts[1].deep = :v', { N: '1.00' }, true],
    ['parts[7] = :v', { S: 'x' }, false],
    ['attribute_type(nothing, :v)', { S: 'NULL' }, true],
    ['words = :v', { SS: ['b', 'a'] }, true],
  ] as [string, object, boolean][])('%s with %j is %j', (expression, value, truth) => {
    expect(holds(expression, item, { ':v': value })).toBe(truth);
  });

  test.each([
    ['a = ', 'Syntax error; token: "<EOF>", near: "="'],
    ['a = :v b', 'Syntax error; token: "b"'],
    ['a == :v', 'Syntax error; token: "="'],
    ['(a = :v', 'Syntax error; token: "<EOF>"'],
    ['a ! :v', 'Syntax error; token: "!"'],
    ['foo(a)', 'Invalid function name; function: foo'],
    ['size(a)', 'Syntax error'],
    [
      'begins_with(a)',
      'Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1',
    ],
    ['if_not_exists(a, :v)', 'The function is not allowed in a condition expression; function: if_not_exists'],
    ['attribute_exists(:v)', 'Operator or function requires a document path'],
    ['a = a', 'The first operand must be distinct from the remaining operands'],
    ['a BETWEEN :v AND :low', 'requires upper bound to be greater than or equal to lower bound'],
    ['#a = :v', 'An expression attribute name used in the document path is not defined; attribute name: #a'],
    ['status = :v', 'Attribute name is a reserved keyword; reserved keyword: status'],
  ])('%s is refused', (expression, message) => {
    const values = { ':v': { N: '5' }, ':low': { N: '1' } };
    expect(() => holds(expression, undefined, values)).toThrow(message);
  });

  test('deep nesting ends in a refusal, not in a stack overflow', () => {
    const expression = `${'('.repeat(1500)}a = :v${')'.repeat(1500)}`;
    expect(() => holds(expression, undefined, { ':v': { N: '5' } })).toThrow('too many operators');
  });

  test('all 573 reserved words are known, in any case', () => {
    expect(reservedWords.size).toBe(573);
    expect(['name', 'Status', 'ZONE', 'abort'].every(isReservedWord)).toBe(true);
    expect(isReservedWord('pk')).toBe(false);
  });
});

describe('updates', () => {
  test('an update never changes the item it started from', () => {
    const original = parseItem({ list1: { L: [{ N: '1' }, { N: '2' }, { N: '3' }] }, map1: { M: { a: { S: 'a' } } } });
    const before = structuredClone(original);
    const placeholders = new Placeholders(undefined, { ':v': { S: 'new' } });
    const updated = applyUpdate(
      parseUpdate('SET map1.a = :v, list1[5] = :v REMOVE list1[0], list1[1]', placeholders),
      original,
    );
    expect(structuredClone(original)).toEqual(before);
    expect(structuredClone(updated)).toEqual({
      list1: { L: [{ N: '3' }, { S: 'new' }] },
      map1: { M: { a: { S: 'new' } } },
    });
  });

  test('attributes may be called like the methods of objects', () => {
    const names = { '#p': '__proto__', '#c': 'constructor' };
    const placeholders = new Placeholders(names, { ':v': { S: 'x' } });
    const updated = applyUpdate(parseUpdate('SET #p = :v, #c = if_not_exists(#c, :v)', placeholders), {});
    expect(Object.entries(updated)).toEqual([
      ['__proto__', { S: 'x' }],
      ['constructor', { S: 'x' }],
    ]);
  });
});

describe('projections', () => {
  test('lists close ranks and absent paths leave nothing', () => {
    const item = parseItem({ a: { L: [{ S: '0' }, { S: '1' }, { S: '2' }] }, b: { M: { c: { S: 'c' } } } });
    const paths = parseProjection('a[2], a[0], b.d, x.y', new Placeholders(undefined, undefined));
    expect({ ...project(item, paths) }).toEqual({ a: { L: [{ S: '0' }, { S: '2' }] } });
  });
});
