import type { Page } from 'playwright';
import { until } from './until.ts';

/** On the companion's page of a run: drags over the last part of a curve, and begins a thread on these steps. */
export async function commentOnSteps(page: Page, metric: string, body: string): Promise<void> {
  const chart = page.locator('.bm-chart', { hasText: metric });
  const comment = page.getByRole('button', { name: new RegExp(`^Comment on ${metric} of .* steps \\d+ to \\d+`) });
  // A curve that is still being read has no steps to drag over.
  await until(async () => {
    const box = (await chart.locator('.u-over').boundingBox())!;
    const at = (part: number) => [box.x + box.width * part, box.y + box.height / 2] as const;
    await page.mouse.move(...at(0.6));
    await page.mouse.down();
    await page.mouse.move(...at(0.98), { steps: 5 });
    await page.mouse.up();
    return comment.isVisible();
  }, 30_000);
  await comment.click();
  await page.keyboard.type(body);
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await page.getByRole('article', { name: `Thread on “${metric} of` }).waitFor();
}
