import { expect, test } from 'vitest';
import { importCycles } from './cycles.ts';
import type { Import } from './imports.ts';
import { layerViolations } from './layers.ts';

const edge = (from: string, to: string, typeOnly = false): Import => ({
  from,
  to,
  typeOnly,
  internal: to.includes('/') && !to.startsWith('node:'),
});

test('a layer rule names both files and says why', () => {
  const [sentence] = layerViolations([edge('shared/src/domain/run.ts', 'shared/src/facts/entry.ts')]);
  expect(sentence).toMatch(/domain may not import facts. Nouns rest on no layer/);
});

test('pure zones import no Node module, and SQLite has one door', () => {
  expect(layerViolations([edge('shared/src/facts/feeds.ts', 'node:fs')])).toHaveLength(1);
  expect(layerViolations([edge('desktop/engine/src/features/runs/store.ts', 'better-sqlite3')])).toHaveLength(1);
  expect(layerViolations([edge('desktop/engine/src/storage/database.ts', 'better-sqlite3')])).toEqual([]);
});

test('a knot of run-time imports is found, and one of types is none', () => {
  const knot = [edge('a/a.ts', 'a/b.ts'), edge('a/b.ts', 'a/c.ts'), edge('a/c.ts', 'a/a.ts'), edge('a/c.ts', 'a/d.ts')];
  expect(importCycles(knot).map(files => files.toSorted())).toEqual([['a/a.ts', 'a/b.ts', 'a/c.ts']]);
  expect(importCycles([edge('a/a.ts', 'a/b.ts'), edge('a/b.ts', 'a/a.ts', true)])).toEqual([]);
});
