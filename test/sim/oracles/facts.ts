import type { Fact } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { registryOf } from '@benchmate/shared/facts/registry';
import type { Cast } from '../actors/cast.ts';
import type { EngineMachine } from '../actors/engine.ts';
import { liveEngines } from './documents.ts';
import type { Deeds } from '../plan.ts';

const entriesOf = (engine: EngineMachine): string => JSON.stringify(engine.entries.map(({ hash }) => hash).sort());

/** S7: everybody holds the same entries. Null when that is so. */
export function entriesApart(cast: Cast, deeds: Deeds): string | null {
  const [first, ...others] = liveEngines(cast, deeds).filter(({ name }) => name !== 'cy' || !deeds.isCyPatched);
  const other = others.find(engine => entriesOf(engine) !== entriesOf(first!));
  return other ? `${other.name} and ${first!.name} hold different entries` : null;
}

/** P5 and R0, when all is quiet: nobody's fact lost, and every alias as its promotions say. */
export function factViolations(cast: Cast, deeds: Deeds): string[] {
  const violations: string[] = [];
  const engines = liveEngines(cast, deeds).filter(({ name }) => name !== 'cy' || !deeds.isCyPatched);
  const first = engines[0]!;
  const entries = first.entries;
  for (const engine of engines) {
    const shown = JSON.stringify(engine.registry?.models);
    if (shown !== JSON.stringify(registryOf(engine.entries).models))
      violations.push(`R0: ${engine.name} shows another registry than its facts say.`);
  }
  const held = new Set(entries.map(({ hash }) => hash));
  for (const engine of Object.values(cast.engines)) {
    const isGone = !engines.includes(engine);
    for (const { item, isShared } of engine.stated)
      if ((isGone ? isShared : true) && !held.has(item.hash))
        violations.push(`P1/S1: entry ${item.entry.seq} of ${engine.name} was acknowledged and is nowhere.`);
  }
  violations.push(...aliasViolations(cast, entries));
  return violations;
}

/** Judged anew from the facts alone, without the reducers: who has seen what decides, never a clock. */
function aliasViolations(cast: Cast, entries: readonly HeldEntry[]): string[] {
  const may = new Set(['ana', 'bo'].map(name => cast.engines[name]!.member.keys.device));
  const past = pasts(entries);
  const moves = entries.flatMap(item => {
    const fact: Fact = item.entry.fact;
    const isMove = fact.kind === 'alias.promoted' || fact.kind === 'contested.resolved';
    return isMove && may.has(item.entry.author) ? [{ item, versionId: fact.versionId }] : [];
  });
  const sees = (later: HeldEntry, { entry }: HeldEntry) => (past.get(later.hash)?.[entry.author] ?? 0) >= entry.seq;
  const heads = moves.filter(({ item }) => !moves.some(other => other.item !== item && sees(other.item, item)));
  const wanted = [...new Set(heads.map(({ versionId }) => versionId))].sort();
  const alias = cast.engines['ana']!.registry?.models.find(({ name }) => name === 'churn')?.aliases.find(
    ({ alias: name }) => name === 'champion',
  );
  const shown = alias?.contested ? alias.claims.map(({ versionId }) => versionId) : alias?.holder ? [alias.holder] : [];
  const found = [...new Set(shown)].sort();
  if (JSON.stringify(found) === JSON.stringify(wanted)) return [];
  return [
    `P5: champion is ${found.join(' or ') || 'nothing'}, and its promotions say ${wanted.join(' or ') || 'nothing'}.`,
  ];
}

/** Per entry the highest seq of each author in its causal past, its own included. */
function pasts(entries: readonly HeldEntry[]): Map<string, Record<string, number>> {
  const byPlace = new Map(entries.map(item => [`${item.entry.author} ${item.entry.seq}`, item]));
  const known = new Map<string, Record<string, number>>();
  const pastOf = (item: HeldEntry): Record<string, number> => {
    const ready = known.get(item.hash);
    if (ready) return ready;
    const { author, seq, after } = item.entry;
    const past: Record<string, number> = { [author]: seq };
    const before = [...Object.entries(after), [author, seq - 1] as const];
    for (const [device, number] of before) {
      const other = byPlace.get(`${device} ${number}`);
      if (!other) continue;
      for (const [name, its] of Object.entries(pastOf(other))) past[name] = Math.max(past[name] ?? 0, its);
    }
    known.set(item.hash, past);
    return past;
  };
  for (const item of entries) pastOf(item);
  return known;
}
