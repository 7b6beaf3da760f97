import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const { source: axe } = createRequire(import.meta.url)('axe-core') as { source: string };

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string }[];
}

/** What keeps somebody from using the page; each with the first element that has it. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { axe: checker } = window as unknown as { axe: { run(): Promise<{ violations: unknown[] }> } };
    return (await checker.run()).violations;
  });
  return (violations as Violation[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
