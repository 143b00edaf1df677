// Runs inside the extension host: loads and activates one extension after the other, and writes down how long each took.
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';

export async function run(): Promise<void> {
  const ids = (process.env.ACTIVATE ?? '').split(',');
  const took: Record<string, number> = {};
  await untilQuiet();
  for (const id of ids) {
    const extension = vscode.extensions.getExtension(id);
    if (!extension) throw new Error(`${id} is not installed.`);
    if (extension.isActive) throw new Error(`${id} is active before anybody used it.`);
    const started = performance.now();
    await extension.activate();
    took[id] = performance.now() - started;
  }
  writeFileSync(process.env.ACTIVATION_RESULTS ?? 'activation.json', JSON.stringify(took));
}

/** A window that has just opened is busy with itself: what is measured then is the editor. Waits until it answers at once. */
async function untilQuiet(): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (let quick = 0; quick < 20 && performance.now() < deadline;) {
    const asked = performance.now();
    await vscode.commands.executeCommand('setContext', 'activation.quiet', quick);
    quick = performance.now() - asked < 8 ? quick + 1 : 0;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
