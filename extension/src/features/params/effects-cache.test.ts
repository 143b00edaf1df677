import { expect, test } from 'vitest';
import type * as vscode from 'vscode';
import { EffectsCache } from './effects-cache.ts';

function typedInto(): vscode.TextDocument & { version: number } {
  return { version: 1, getText: () => 'lr: 0.1\n' } as unknown as vscode.TextDocument & { version: number };
}

test('one state of a file is asked about once, and again after it was forgotten', async () => {
  const [cache, document] = [new EffectsCache(), typedInto()];
  let asked = 0;
  const ask = () => Promise.resolve([]).finally(() => asked++);
  await Promise.all([cache.of(document, ask), cache.of(document, ask)]);
  expect(asked).toBe(1);
  cache.forget(document);
  expect(await cache.of(document, ask)).toEqual([]);
  expect(asked).toBe(2);
});

test('an answer to what the file no longer says is none, and a failure is not remembered', async () => {
  const [cache, document] = [new EffectsCache(), typedInto()];
  const answer = cache.of(document, () => Promise.resolve([]));
  document.version++;
  expect(await answer).toBeUndefined();
  await expect(cache.of(document, () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(await cache.of(document, () => Promise.resolve([]))).toEqual([]);
});
