import axe from 'axe-core';
import type { Page } from 'playwright';

interface AxeResult {
  violations: { id: string; help: string; nodes: { target: unknown[]; failureSummary?: string }[] }[];
}

/** What axe-core finds wrong on the page, one line each; WCAG 2.2 A and AA and the best practices. */
export async function axeViolations(page: Page, exclude: readonly string[] = []): Promise<string[]> {
  // Through the debugger, not through the page's own scripts: the page's policy stays as it is.
  await page.evaluate(axe.source);
  const result = await page.evaluate(async excluded => {
    const { axe } = window as unknown as { axe: { run: (context: unknown, options: unknown) => Promise<AxeResult> } };
    return axe.run({ include: ['html'], exclude: excluded }, { resultTypes: ['violations'] });
  }, exclude);
  return result.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')} ${failureSummary ?? ''}`),
  );
}
