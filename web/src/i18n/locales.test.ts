import { expect, test } from '@jest/globals';
import de from './de.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };

type Texts = { [key: string]: string | Texts };

function entriesOf(texts: Texts, under = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${under}${key}`, value] as [string, string]] : entriesOf(value, `${under}${key}.`),
  );
}

const placeholders = (text: string | undefined) => (text?.match(/\{\{\w+\}\}/g) ?? []).toSorted();

test('every text is there in every language', () => {
  expect(
    entriesOf(de)
      .map(([key]) => key)
      .toSorted(),
  ).toEqual(
    entriesOf(en)
      .map(([key]) => key)
      .toSorted(),
  );
});

test('a text says the same things in every language', () => {
  const german = new Map(entriesOf(de));
  // A singular may say “the last day” where another language counts it.
  const differing = entriesOf(en).filter(
    ([key, text]) => !key.endsWith('_one') && placeholders(text).join() !== placeholders(german.get(key)).join(),
  );
  expect(differing.map(([key]) => key)).toEqual([]);
});
