import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import type { EngineClient } from '@benchmate/shared/protocol/engine';

export const versions = 40;
export const threads = 200;
const projectId = 'card-0a1b2c3d';
const sentence = (i: number) => `Finding number ${i} rests on ${(i * 7919) % 997} rows of the held-out set.`;
const card = (version: number) =>
  ['# Card', `As of version ${version}.`, ...Array.from({ length: threads + version }, (_, i) => sentence(i))].join(
    '\n\n',
  );

/** A project with a card as it is after its last version. */
export function writeCard(dir: string): void {
  mkdirSync(dir);
  writeFileSync(join(dir, 'benchmate.yaml'), `id: ${projectId}\nname: card\n`);
  writeFileSync(join(dir, 'MODEL_CARD.md'), card(versions));
}

/** Begins the threads, each on an earlier version of the card; answers their ids. */
export async function beginThreads(engine: EngineClient): Promise<string[]> {
  const ids: string[] = [];
  for (let version = 0; version < versions; version++) {
    const text = card(version);
    for (let i = version; i < threads; i += versions) {
      const start = text.indexOf(sentence(i));
      const anchor = makeAnchor(text, { start, end: start + sentence(i).length });
      const body = `On version ${version}`;
      ids.push((await engine.reviews.start.mutate({ projectId, path: 'MODEL_CARD.md', anchor, body })).threadId);
    }
  }
  return ids;
}
