import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { repository } from '../../scripts/build.ts';

const bundle = join(repository, '.build', 'web');
const entryBudgetBytes = 350 * 1024;

describe('the console bundle', () => {
  test('loads at most 350 KB before anything is shown: the entry, what it imports, and their styles', () => {
    const page = readFileSync(join(bundle, 'index.html'), 'utf8');
    const files = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, file]) => file ?? '');
    expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThan(0);
    const sizes = files.map((file) => gzipSync(readFileSync(join(bundle, file))).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(entryBudgetBytes);
  });

  test('needs no inline script, style sheet or font, which its security policy forbids', () => {
    const page = readFileSync(join(bundle, 'index.html'), 'utf8');
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style/);
    const styles = [...page.matchAll(/href="\/(assets\/[^"]+\.css)"/g)].map(([, file]) => file ?? '');
    for (const file of styles) expect(readFileSync(join(bundle, file), 'utf8')).not.toContain('data:font');
  });
});
