import { addNote } from '@benchmate/shared/documents/project-document';
import { shareProject } from '@benchmate/shared/documents/team-document';
import { documentIds } from '@benchmate/shared/documents/document-id';
import type { Fact } from '@benchmate/shared/facts/entry';
import { acksSubprotocol } from '@benchmate/shared/protocol/document-wire';
import type { Cast } from './actors/cast.ts';
import type { EngineMachine } from './actors/engine.ts';
import { makeSlow, planFaults } from './faults.ts';
import type { Random } from './kernel/random.ts';
import type { Scene } from './kernel/stage.ts';
import type * as Y from 'yjs';

/** What the team did that the oracles have to know. */
export interface Deeds {
  /** When the server had committed that Cy was sent away; null while it has not. */
  removedAt: number | null;
  /** The disks of these were lost: what was not shared may be gone. */
  lost: Set<string>;
  /** Cy's program was changed and states what it may not: it alone may wait for ever. */
  isCyPatched: boolean;
  /**
   * The stock client died, which has nothing but its memory: what others then have of it may rest on what it alone had, and waits
   * for that for ever.
   */
  mayLeaveGap: boolean;
  /** Something died without a word, so that others notice late. */
  silentDeath: boolean;
}

export const turmoilMs = 8000;

/** Plans what everybody does, and what goes wrong meanwhile: all of it follows from the seed. */
export function plan(cast: Cast, scene: Scene, random: Random): Deeds {
  const { world } = scene;
  const deeds: Deeds = { removedAt: null, lost: new Set(), isCyPatched: false, mayLeaveGap: false, silentDeath: false };
  const { engines, servers, documents, team } = cast;
  const all = Object.values(engines);
  for (const server of servers) server.start();
  for (const engine of all) world.after(random.between(0, 300), () => engine.start(), null);
  if (random.chance(0.5)) world.after(random.between(0, 2000), () => cast.reader.start(), null);
  if (random.chance(0.5)) world.after(random.between(0, 2000), () => cast.stock.start(), null);
  const index = () => {
    const ana = engines['ana']!;
    if (!ana.isReady) return void world.after(50, index, null);
    if (ana.read(documents.project, doc => doc.getMap('notes').size > 0)) return;
    ana.write(documentIds.team(team.teamId), doc => shareProject(doc, { projectId: 'p1', name: 'p1' }));
    ana.write(documents.project, doc => {
      const author = { device: 'ana', name: 'ana' };
      addNote(doc, { noteId: 'n1', title: 'one', author, createdAt: 1 });
      addNote(doc, { noteId: 'n2', title: 'two', author, createdAt: 2 });
    });
  };
  // Nobody writes into a note that is in no list; where a power cut took the list before anybody else had it, it is made again.
  world.after(turmoilMs - 1, index, null);
  world.after(400, index, null);
  planWriting(cast, scene, random);
  if (random.chance(0.4)) planFacts(cast, scene, random, deeds);
  if (random.chance(0.25)) planRemoval(cast, scene, random, deeds);
  if (random.chance(0.3)) planLaterVersions(cast, scene, random);
  for (const engine of all)
    if (random.chance(0.3)) {
      if (random.chance(0.5)) makeSlow(engine, scene, random, 80);
      const at = random.between(500, turmoilMs);
      world.after(at, () => engine.setPaused(true), null);
      world.after(at + random.between(200, 4000), () => engine.setPaused(false), null);
    }
  planFaults(cast, scene, random, deeds);
  cast.stock.isHasty = random.chance(0.3);
  return deeds;
}

function planWriting({ engines, stock, documents }: Cast, { world }: Scene, random: Random): void {
  const all = Object.values(engines);
  const meanMs = random.pick([100, 250, 500]);
  // Bursts, as of somebody who types, and pauses.
  for (let at = 500; at < turmoilMs; at += random.between(0, 2 * meanMs)) {
    const engine = random.pick(all);
    const documentId = random.chance(0.7) ? documents.note : documents.other;
    for (let left = random.below(4); left >= 0; left--) {
      const edit = editOf(random);
      const closesAtOnce = random.chance(0.4);
      world.after(at + left * random.between(0, 20), () => engine.write(documentId, edit, closesAtOnce), null);
    }
    if (random.chance(0.1)) world.after(at, () => stock.write(), null);
    if (random.chance(0.05)) at += random.between(0, 4000);
  }
}

/** Inserts and deletes at places that are found when it runs. */
function editOf(random: Random): (doc: Y.Doc) => void {
  const [where, much, deletes] = [random.fraction(), random.below(random.pick([8, 8, 200])), random.chance(0.4)];
  return doc => {
    const body = doc.getText('body');
    const at = Math.floor(where * body.length);
    if (deletes) body.delete(at, Math.min(much, body.length - at));
    else body.insert(at, 'x'.repeat(much));
  };
}

const register = (versionId: string): Fact => ({
  kind: 'model.version-registered',
  model: 'churn',
  versionId,
  source: `models:/${versionId}`,
  runId: null,
  description: '',
});
const promote = (versionId: string): Fact => ({ kind: 'alias.promoted', model: 'churn', alias: 'champion', versionId });

function planFacts({ engines }: Cast, { world }: Scene, random: Random, deeds: Deeds): void {
  const at = (ms: number, engine: EngineMachine, fact: () => Fact) => world.after(ms, () => engine.state(fact), null);
  const [ana, bo, cy] = [engines['ana']!, engines['bo']!, engines['cy']!];
  for (const [index, version] of ['v1', 'v2', 'v3'].entries()) at(600 + index * 40, ana, () => register(version));
  for (let count = random.below(6) + 2; count > 0; count--) {
    const version = random.pick(['v1', 'v2', 'v3']);
    at(random.between(1500, turmoilMs), random.pick([ana, bo]), () => promote(version));
  }
  // Two promotions apart from each other.
  if (random.chance(0.6)) {
    const when = random.between(2000, turmoilMs - 1000);
    at(when, ana, () => promote('v1'));
    at(when + random.between(0, 5), bo, () => promote('v2'));
    const chosen = random.pick(['v1', 'v2']);
    if (random.chance(0.3))
      at(when + random.between(500, 5000), bo, () => ({
        kind: 'contested.resolved',
        model: 'churn',
        alias: 'champion',
        versionId: chosen,
        reason: 'chosen',
      }));
  }
  if (random.chance(0.3)) {
    deeds.isCyPatched = true;
    world.after(random.between(2000, turmoilMs), () => cy.stateUnchecked(promote('v3')), null);
  }
  for (let count = random.below(3); count > 0; count--)
    at(random.between(2000, turmoilMs), cy, () => ({
      kind: 'model.tagged',
      model: 'churn',
      versionId: null,
      key: 'by',
      value: `cy${count}`,
    }));
}

function planRemoval(cast: Cast, { world }: Scene, random: Random, deeds: Deeds): void {
  const { engines, ghost, team } = cast;
  const [ana, cy] = [engines['ana']!, engines['cy']!];
  world.after(random.between(500, 3000), () => ghost.start(), null);
  world.after(
    random.between(3000, turmoilMs),
    () => {
      ana.state(() => ({ kind: 'member.removed', device: cy.member.keys.device }));
      const look = () => {
        // Also when Ana died before she heard that it is stored.
        if (ana.sharedFacts.some(({ kind }) => kind === 'member.removed')) deeds.removedAt ??= world.now;
        else world.after(50, look, null);
      };
      look();
    },
    null,
  );
  void team;
}

/** Of a kind that no version has yet: stands for what a later one states. */
const laterFact = { kind: 'model.signed-off', model: 'churn', by: ['law'] } as unknown as Fact;

/** Some speak a later version: facts and frames that the others do not know. */
function planLaterVersions({ engines, servers }: Cast, { world, network }: Scene, random: Random): void {
  const later = new Set(
    [...servers, ...Object.values(engines)].flatMap(({ name }) => (random.chance(0.5) ? [name] : [])),
  );
  network.opened = ({ machine, path, protocol, send }) => {
    if (!later.has(machine)) return;
    if (path.startsWith('/~feeds/')) send('{"type":"weather","sunny":true}');
    else if (servers.some(({ name }) => name === machine) && protocol === acksSubprotocol) send(Uint8Array.of(9, 1, 7));
  };
  for (const engine of Object.values(engines))
    if (later.has(engine.name))
      world.after(random.between(1000, turmoilMs), () => engine.stateUnchecked(laterFact), null);
}
