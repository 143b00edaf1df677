import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { chromiumFlags, chromiumPath } from '../../support/chromium.ts';
import type { Bench } from './bench.ts';

const output = fileURLToPath(new URL('../../../test-output/companion/', import.meta.url));

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await chromiumPath(), args: chromiumFlags });
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Everything that the page complained about: errors, refused resources, requests to elsewhere. */
  complaints: string[];
}

/** A browser of its own with a session, on a page. */
export async function visit(
  browser: Browser,
  bench: Pick<Bench, 'url' | 'link'>,
  path = '/',
  width = 1600,
  height = 900,
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('dialog', dialog => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', request => {
    const { origin, protocol } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && new URL(origin).host !== new URL(bench.url).host)
      complaints.push(`request to ${request.url()}`);
  });
  await page.goto(await bench.link(path));
  await page.locator('h1').first().waitFor();
  return { page, context, complaints };
}

export type Look = 'light' | 'dark' | 'contrast';

export async function setLook(page: Page, look: Look): Promise<void> {
  await page.emulateMedia({
    colorScheme: look === 'light' ? 'light' : 'dark',
    contrast: look === 'contrast' ? 'more' : 'no-preference',
    forcedColors: 'none',
  });
}

/** Photographs a page into test-output/companion. */
export async function photograph(page: Page, name: string): Promise<void> {
  const path = join(output, `${name}.png`);
  mkdirSync(dirname(path), { recursive: true });
  await page.screenshot({ path });
}

/** True when the page itself scrolls sideways. */
export const scrollsSideways = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const main = document.getElementById('main');
    const wide = (element: Element | null) => element !== null && element.scrollWidth > element.clientWidth + 1;
    return wide(document.documentElement) || wide(main);
  });
