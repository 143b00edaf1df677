import type { Page } from 'playwright';

const mostStops = 150;

/** Presses Tab until the focus is on what a person hears by that name. `tag`: only on such elements. */
export async function tabTo(page: Page, name: string | RegExp, tag = '*'): Promise<void> {
  const heard: string[] = [];
  for (let stops = 0; stops < mostStops; stops++) {
    await page.keyboard.press('Tab');
    const { says, fits } = await page.evaluate(wanted => {
      const focused = document.activeElement as HTMLElement | null;
      const labels = (focused as HTMLInputElement | null)?.labels;
      const label = focused?.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? focused?.textContent ?? '';
      return { says: label.trim(), fits: focused?.matches(wanted) ?? false };
    }, tag);
    heard.push(says);
    if (fits && (typeof name === 'string' ? says === name : name.test(says))) return;
  }
  throw new Error(`Tab never came to ${String(name)}: ${heard.join(' · ')}`);
}
