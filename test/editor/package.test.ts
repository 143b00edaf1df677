import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageVsix } from '../../extension/build.mjs';
import { ensureEditor } from '../../.ci/setup-editor.mjs';
import { editorEnvironment, installExtensions, packagedExtension } from '../support/editor.ts';

// V2: what a person downloads and what the editor loads.
const home = mkdtempSync(join(tmpdir(), 'package-'));
let installed: string;

beforeAll(async () => {
  const { entry } = await ensureEditor();
  await installExtensions(entry, home, [packagedExtension()], editorEnvironment(home));
  const extensions = join(home, 'extensions');
  installed = join(extensions, readdirSync(extensions).find(name => name.startsWith('benchmate.')) ?? '');
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

test('V2: the editor loads one file of at most 300 KB, and one of at most 150 KB with the first note', () => {
  const scripts = readdirSync(join(installed, 'dist')).filter(name => /\.[cm]?js$/.test(name));
  expect(scripts.toSorted()).toEqual(['extension.js', 'live-note.js']);
  expect(statSync(join(installed, 'dist/live-note.js')).size).toBeLessThanOrEqual(150_000);
  expect(statSync(join(installed, 'dist/extension.js')).size).toBeLessThanOrEqual(300_000);
});

test('V2: the package is at most 10 MB with the engine and 1 MB without', async () => {
  expect(statSync(packagedExtension()).size).toBeLessThanOrEqual(10_000_000);
  expect(statSync(await packageVsix()).size).toBeLessThanOrEqual(1_000_000);
});

test('it carries the engine, its templates, the companion and one native binary: this platform’s', () => {
  const engine = join(installed, 'dist/engine');
  expect(readdirSync(engine)).toEqual(expect.arrayContaining(['main.mjs', 'supervisor.mjs', 'templates', 'companion']));
  expect(readdirSync(join(engine, 'templates'))).toContain('tabular');
  const binaries = readdirSync(join(engine, 'node_modules/better-sqlite3/prebuilds'));
  expect(binaries).toEqual([`${process.platform}-${process.arch}.node`]);
});

test('nothing of a source tree is in it', () => {
  const files = readdirSync(installed, { recursive: true }).map(String);
  expect(files.filter(file => /\.(tsx?|map)$|tsconfig|\.test\./.test(file))).toEqual([]);
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect(manifest).not.toHaveProperty('devDependencies');
  expect(manifest).not.toHaveProperty('private');
});
