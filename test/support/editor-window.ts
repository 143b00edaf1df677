import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright';
import { root } from '../../.ci/setup/root.ts';
import { themes, type Editor } from './editor.ts';
import { until } from './until.ts';

/** What a person does in a window of the editor, by the words that they see. */
export class EditorWindow {
  readonly page: Page;

  constructor({ page }: Editor) {
    this.page = page;
  }

  /** The box that asks at the top: palette, choices, text. */
  get input(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Rows of what the box offers. */
  offered(text?: string | RegExp): Locator {
    return this.input.locator('.quick-input-list .monaco-list-row', text === undefined ? {} : { hasText: text });
  }

  /** Leaves a question that stands at the top; Escape would close other things where none does. */
  async dismiss(): Promise<void> {
    for (let tries = 0; tries < 3 && (await this.input.count()) > 0; tries++) {
      // To the box itself: an Escape that came while the box was going would close what is behind it.
      for (const box of await this.input.elementHandles())
        await box.evaluate(element => {
          const escape = { key: 'Escape', code: 'Escape', keyCode: 27, bubbles: true, cancelable: true };
          (element as Element).querySelector('input')?.dispatchEvent(new KeyboardEvent('keydown', escape));
        });
      await this.input.waitFor({ state: 'hidden', timeout: 3000 }).catch(() => {});
    }
  }

  /** Types into the palette and leaves it open; answers the titles that it offers once `sure` is among them. */
  async searchCommand(text: string, sure: string): Promise<string[]> {
    await this.dismiss();
    await this.page.keyboard.press('F1');
    await this.#fill(`>${text}`);
    await this.offered(sure).first().waitFor({ timeout: 2000 });
    return this.offered().locator('.label-name').allInnerTexts();
  }

  /** Runs a command by its title; a window that has just opened does not know all of them yet. */
  async command(title: string): Promise<void> {
    await until(async () => (await this.searchCommand(title, title)).length > 0, 60_000);
    await this.offered(title).first().click();
  }

  /** Chooses what a list offers. */
  async choose(text: string): Promise<void> {
    await this.offered().first().waitFor();
    await this.input.locator('input').first().fill(text);
    await this.offered(text).first().click();
  }

  /** Answers a question with a text; `prompt` is part of the question. */
  async answer(prompt: string, text: string): Promise<void> {
    await this.input.getByText(prompt).waitFor();
    await this.input.locator('input').first().fill(text);
    await this.input.locator('input').first().press('Enter');
  }

  async openFile(name: string): Promise<void> {
    // A file that has just come into being is not found at once.
    await until(async () => {
      await this.#ask('Control+p', name);
      return this.offered(name)
        .first()
        .click({ timeout: 3000 })
        .then(
          () => true,
          () => false,
        );
    }, 60_000);
    await this.page.locator('.tabs-container .tab.active', { hasText: name }).waitFor();
  }

  /** Puts the cursor on a line, which counts from 1. */
  async goToLine(line: number): Promise<void> {
    await this.#ask('Control+g', `:${line}`);
    await this.input.locator('input').first().press('Enter');
    await this.input.waitFor({ state: 'hidden' });
  }

  /** A line of the file being edited, by its text, with what the editor draws into it. */
  line(text: string | RegExp): Locator {
    return this.page.locator('.editor-group-container.active .view-line', { hasText: text });
  }

  async openContainer(): Promise<void> {
    const tab = this.page.locator('.activitybar .action-item', { has: this.page.locator('[aria-label="Benchmate"]') });
    if ((await tab.first().getAttribute('aria-selected')) !== 'true') await tab.first().click();
    await this.view('Runs').waitFor();
  }

  /** One of Benchmate's views. */
  view(name: string): Locator {
    return this.page.locator('.part.sidebar .pane', {
      has: this.page.locator(`.pane-header[aria-label^="${name}"]`),
    });
  }

  row(view: string, text: string | RegExp): Locator {
    return this.view(view).locator('.monaco-list-row', { hasText: text }).first();
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item', { hasText: text });
  }

  async clearNotifications(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
    await this.page.locator('.notification-list-item').first().waitFor({ state: 'detached' });
  }

  /** Whether the palette has a command. */
  async offers(title: string): Promise<boolean> {
    await this.dismiss();
    await this.page.keyboard.press('F1');
    await this.input.locator('input').first().fill(`>${title}`);
    await this.offered().first().waitFor();
    const titles = await this.offered().locator('.label-name').allInnerTexts();
    await this.dismiss();
    return titles.includes(title);
  }

  /** What a panel shows. */
  get panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** Where a picture is kept. */
  pictureOf(name: string): string {
    const folder = join(root, 'test-output/editor');
    mkdirSync(folder, { recursive: true });
    return join(folder, `${name}.png`);
  }

  /** Photographs the window as it is. */
  async snap(name: string): Promise<void> {
    await this.page.screenshot({ path: this.pictureOf(name), animations: 'disabled' });
  }

  /** Photographs the window in light, dark and high contrast, into test-output/editor. */
  async photograph(name: string): Promise<void> {
    for (const [look, theme] of Object.entries({ dark: themes.dark, contrast: themes.contrast, light: themes.light })) {
      await this.command('Preferences: Color Theme');
      await this.choose(theme);
      const shown = { light: 'vs', dark: 'vs-dark', contrast: 'hc-black' }[look] ?? '';
      await this.page.locator(`.monaco-workbench.${shown}`).waitFor();
      await this.snap(`${name}-${look}`);
    }
  }

  /** What the window looked like when a test failed. */
  async photographFailure(name: string): Promise<void> {
    const words = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    await this.page.screenshot({ path: this.pictureOf(`failed-${words.slice(0, 40)}`) });
  }

  /** Opens a box by its key and types into it, again if the busy window lets it go. */
  async #ask(key: string, text: string): Promise<void> {
    await until(async () => {
      await this.dismiss();
      await this.page.keyboard.press(key);
      await this.#fill(text);
      return true;
    }, 60_000);
  }

  /** A busy window may take the box away that a key has just opened: whoever calls tries again. */
  #fill(text: string): Promise<void> {
    return this.input.locator('input').first().fill(text, { timeout: 3000 });
  }
}
