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
  #companion: Page | undefined;
  #commands = 0;

  private constructor(name: string, dir: string, editor: Editor) {
    this.name = name;
    this.dir = dir;
    this.window = new EditorWindow(editor);
    this.engine = connectEngine(editor.dataDir);
    this.#editor = editor;
  }

  /** `python`: what `python` means in their terminals. `home`: a folder for their own things. */
  static async open(name: string, places: { dir: string; home: string; python: string }): Promise<Person> {
    moveIn(name, places);
    const editor = await Editor.open({
      vsix: [packagedExtension()],
      folder: places.dir,
      // Opens pages of the companion beside the window, as on a machine of one's own.
      proxied: false,
      settings: { 'editor.lightbulb.enabled': 'on', 'files.autoSave': 'off' },
      env: {
        MLFLOW_DISABLE_TELEMETRY: 'true',
        HOME: places.home,
      },
    });
    const person = new Person(name, places.dir, editor);
    await person.window.openContainer();
    await person.window.row('Team', 'Working alone').waitFor({ timeout: 60_000 });
    return person;
  }

  /** Types a command into the window's terminal, waits until it ended well, and puts the terminal away. */
  async inTerminal(command: string): Promise<void> {
    const { page } = this.window;
    await this.window.command(this.#commands++ === 0 ? 'Terminal: Create New Terminal' : 'Terminal: Focus Terminal');
    await page.locator('.terminal-wrapper.active .xterm-rows').waitFor();
    await page.locator('.terminal-wrapper.active .xterm.focus').waitFor();
    await page.keyboard.type(`clear; ${command}; echo ended-$?-${this.#commands}`);
    await page.keyboard.press('Enter');
    const ended = await until(
      async () => new RegExp(`ended-(\\d+)-${this.#commands}`).exec(await this.terminalText()),
      120_000,
    );
    if (ended[1] !== '0')
      throw new Error(`${this.name}: ${command} ended with ${ended[1]}: ${await this.terminalText()}`);
  }

  terminalText(): Promise<string> {
    return this.window.page.locator('.terminal-wrapper.active .xterm-rows').innerText();
  }

  /** The thread that is open in the editor. */
  get widget(): Locator {
    return this.window.page.locator('.review-widget:visible');
  }

  /** Begins a thread on the line with this text by the editor's own box. */
  async comment(text: string, body: string): Promise<void> {
    const { window } = this;
    await this.putCursor(text);
    await window.command('Comments: Add Comment on Current Selection');
    await this.widget.locator('.monaco-editor').first().click();
    await window.page.keyboard.insertText(body);
    await this.widget.getByRole('button', { name: 'Comment' }).click();
  }

  /** Puts the cursor on the line with this text in the open file. */
  async putCursor(text: string): Promise<void> {
    await this.window.line(text).first().click();
  }

  /** The companion, opened by the palette the first time, on a page by its own links. */
  async companion(path: string): Promise<Page> {
    const pages = this.#editor.page.context();
    if (!this.#companion) {
      const opened = pages.waitForEvent('page');
      await this.window.command('Benchmate: Open Companion');
      this.#companion = await opened;
      await this.#companion.locator('h1').first().waitFor();
    }
    await this.#companion.bringToFront();
    await this.#companion.goto(new URL(path, this.#companion.url()).href);
    await this.#companion.locator('h1').first().waitFor();
    return this.#companion;
  }

  /** Photographs what this person sees: the window, and their page of the companion if they are there. */
  async photograph(step: string): Promise<void> {
    await this.window.snap(`review-${step}-${this.name.toLowerCase()}`);
  }

  async close(): Promise<void> {
    this.engine.close();
    await this.#editor.close();
  }
}

/** The person's name for git, and `benchmate` and `python` in shells of any kind. */
function moveIn(name: string, { home, python }: { home: string; python: string }): void {
  const bin = join(home, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(home, '.gitconfig'), `[user]\n  name = ${name}\n  email = ${name.toLowerCase()}@localhost\n`);
  const program = join(bin, 'benchmate');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${programFile('desktop/cli/src/main.ts')}" "$@"\n`);
  chmodSync(program, 0o755);
  const path = [bin, dirname(python), '$PATH'].join(delimiter);
  for (const profile of ['.profile', '.bashrc', '.zshrc'])
    writeFileSync(join(home, profile), `export PATH="${path}"\nPS1='$ '\n`);
}
