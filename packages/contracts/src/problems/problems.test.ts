import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { makeProblem, problemDefinitions, problemNames, problemSchema } from './problems.ts';

const pages = new URL('../../../../docs/problems/', import.meta.url);

describe('problems', () => {
  test('each has a page, and no page is without its problem', () => {
    expect(readdirSync(pages).sort()).toEqual(problemNames.map((name) => `${name}.md`).sort());
  });

  test.each(problemNames)(
    'the page of %s has its title and status, and says what happened, was kept, and to do',
    (name) => {
      const page = readFileSync(new URL(`${name}.md`, pages), 'utf8');
      const { title, status } = problemDefinitions[name];
      expect(page).toContain(`# ${title}\n`);
      expect(page).toContain(`urn:afterimage:problem:${name}\`, status ${status}`);
      for (const part of ['What happened.', 'What was kept.', 'What to do.']) expect(page).toContain(part);
    },
  );

  test('a problem fits its schema', () => {
    expect(problemSchema.parse(makeProblem('internal', { detail: 'x', instance: 'r' }))).toMatchObject({ status: 500 });
  });
});
