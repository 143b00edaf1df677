// Runs inside the extension host: loads and activates one extension after the other, and writes down how long each took.
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';

export async function run(): Promise<void> {
  const ids = (process.env.ACTIVATE ?? '').split(',');
  const took: Record<string, number> = {};
  // The first activation of a host pays for what all of them use.
  await vscode.extensions.getExtension('vscode.yaml')?.activate();
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
