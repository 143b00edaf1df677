import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import type { ClosableEngineClient } from '@benchmate/shared/protocol/client';
import { EditorWindow } from './editor-window.ts';
import { Editor, packagedExtension } from './editor.ts';
import { programFile } from './program-file.ts';
import { until } from './until.ts';

/** Somebody at a machine of their own: a window of the editor on their clone, and the engine that their extension started. */
export class Person {
  readonly name: string;
  readonly dir: string;
  readonly window: EditorWindow;
  /** To look at what came of it: whatever a person does, a test does in the window or a page. */
  readonly engine: ClosableEngineClient;
  readonly #editor: Editor;
  #beside: Page | undefined;
  #commands = 0;

  private constructor(name: string, dir: string, editor: Editor) {
    this.name = name;
    this.dir = dir;
    this.window = new EditorWindow(editor);
    this.engine = connectEngine(editor.dataDir);
    this.#editor = editor;
  }

  /** `python`: what `python` means in their terminals. `home`: a folder for their own things. */
  static async open(name: string, places: { dir: string; home: string; python?: string }): Promise<Person> {
    moveIn(name, places);
    const editor = await Editor.open({
      vsix: [packagedExtension()],
      folder: places.dir,
      // Opens pages of the companion beside the window, as on a machine of one's own.
      proxied: false,
      // Neither lies over a row that is to be clicked.
      settings: { 'workbench.tree.enableStickyScroll': false, 'workbench.hover.delay': 10_000 },
      env: {
        MLFLOW_DISABLE_TELEMETRY: 'true',
        HOME: places.home,
      },
    });
    const person = new Person(name, places.dir, editor);
    await person.window.openContainer();
    await person.window.row('Team', 'Working alone').waitFor({ timeout: 60_000 });
    await person.window.view('Jobs').locator('.pane-header').click(); // leaves its room to the others
    return person;
  }

  /** Types a command into the window's terminal, waits until it ended well, and answers what it said. */
  async inTerminal(command: string): Promise<string> {
    const { page } = this.window;
    await this.window.command(this.#commands++ === 0 ? 'Terminal: Create New Terminal' : 'Terminal: Focus Terminal');
    const terminal = page.locator('.terminal-wrapper.active');
    await terminal.locator('.xterm.focus').waitFor();
    await page.keyboard.type(`clear; ${command}; echo ended-$?-${this.#commands}`);
    await page.keyboard.press('Enter');
    const end = new RegExp(`ended-(\\d+)-${this.#commands}`);
    const said = await until(async () => {
      const text = await terminal.locator('.xterm-rows').innerText();
      return end.test(text) && text;
    }, 120_000);
    if (end.exec(said)![1] !== '0') throw new Error(`${this.name}: ${command} failed: ${said}`);
    return said;
  }

  /** The thread that is open in the editor. */
  get widget(): Locator {
    return this.window.page.locator('.review-widget:visible');
  }

  /** Opens the thread of the file by its mark in the margin, if it is not open yet. */
  async openThread(): Promise<void> {
    const mark = this.window.page.locator('.margin [class*="comment-thread"]').first();
    await mark.waitFor();
    if (!(await this.widget.first().isVisible())) await mark.click();
    await this.widget.first().waitFor();
  }

  /** Begins a thread on the line with this text by the editor's own box. */
  async comment(text: string, body: string): Promise<void> {
    const { window } = this;
    await this.putCursor(text);
    await window.command('Comments: Add Comment on Current Selection');
    await this.widget.locator('.monaco-editor').first().click();
    await window.page.keyboard.insertText(body);
    await this.widget.getByRole('button', { name: 'Comment' }).click();
    await this.said(body.split('\n')[0]!).waitFor();
  }

  /** Puts the cursor on the line with this text in the open file. */
  async putCursor(text: string): Promise<void> {
    await this.window.line(text).first().click();
  }

  /** Answers in the thread that is open in the editor. */
  async reply(body: string): Promise<void> {
    await this.widget.locator('.review-thread-reply-button').click();
    await this.window.page.keyboard.type(body);
    await this.widget.locator('.form-actions').getByRole('button', { name: 'Reply' }).click();
    await this.said(body).waitFor();
  }

  /** A comment in the thread that is open in the editor. */
  said(text: string): Locator {
    return this.widget.locator('.review-comment', { hasText: text }).first();
  }

  /** A button on a row. */
  async clickOnRow(view: string, row: string | RegExp, button: string): Promise<void> {
    const found = await this.scrollTo(view, row);
    await found.hover();
    await found.getByRole('button', { name: button }).click();
  }

  /** Rows of a view that stand further down are drawn once they are scrolled to. */
  async scrollTo(view: string, text: string | RegExp): Promise<Locator> {
    const { page } = this.window;
    const found = this.window.row(view, text);
    const list = this.window.view(view).locator('.monaco-list');
    await until(async () => {
      await list.focus();
      for (const key of ['', 'Home', ...Array.from({ length: 8 }, () => 'PageDown')]) {
        if (key !== '') await page.keyboard.press(key);
        await page.evaluate(() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn))));
        if (!(await found.isVisible())) continue;
        const [row, room] = [await found.boundingBox({ timeout: 1000 }), await list.boundingBox()];
        if (row && room && row.y >= room.y && row.y + row.height <= room.y + room.height) return true;
      }
      return false;
    }, 60_000);
    return found;
  }

  /** Clicks a thread that the Models view lists below a version. */
  async openThreadRow(version: string, thread: string): Promise<void> {
    for (const row of [new RegExp(`^${version}`), 'Open threads']) {
      const node = await this.scrollTo('Models', row);
      if ((await node.getAttribute('aria-expanded')) !== 'true') await node.locator('.monaco-tl-twistie').click();
    }
    await (await this.scrollTo('Models', thread)).click();
  }

  /** Types a paragraph below a heading of the open file. */
  async writeBelow(heading: string, words: string): Promise<void> {
    await this.putCursor(heading);
    await this.window.page.keyboard.press('End');
    await this.window.page.keyboard.type(`\n\n${words}`);
  }

  /** The page of the companion that something in the window opens beside it. */
  async opens(act: () => Promise<void>): Promise<Page> {
    const pages = this.#editor.page.context();
    const [opened] = await Promise.all([pages.waitForEvent('page', { timeout: 60_000 }), act()]);
    await this.#beside?.close();
    this.#beside = opened;
    await this.#beside.locator('h1').first().waitFor();
    return this.#beside;
  }

  /** Photographs what this person sees: the window, and their page of the companion if they are there. */
  async photograph(step: string): Promise<void> {
    const name = `review-${step}-${this.name.toLowerCase()}`;
    await this.window.snap(name);
    await this.#beside?.screenshot({ path: this.window.pictureOf(`${name}-beside`) });
  }

  async close(): Promise<void> {
    this.engine.close();
    await this.#editor.close();
  }
}

/** The person's name for git, and `benchmate` and `python` in shells of any kind. */
function moveIn(name: string, { home, python }: { home: string; python?: string }): void {
  const bin = join(home, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(home, '.gitconfig'), `[user]\n  name = ${name}\n  email = ${name.toLowerCase()}@localhost\n`);
  const program = join(bin, 'benchmate');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${programFile('desktop/cli/src/main.ts')}" "$@"\n`);
  chmodSync(program, 0o755);
  const path = [bin, ...(python === undefined ? [] : [dirname(python)]), '$PATH'].join(delimiter);
  for (const profile of ['.profile', '.bashrc', '.zshrc'])
    writeFileSync(join(home, profile), `export PATH="${path}"\nPS1='$ '\n`);
}
