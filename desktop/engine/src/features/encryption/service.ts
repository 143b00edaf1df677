import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Member } from '@benchmate/shared/domain/team';
import { keyIdOf } from '@benchmate/shared/facts/project-keys';
import { allows, heldBy } from '@benchmate/shared/facts/rights';
import type { EncryptionState } from '@benchmate/shared/protocol/encryption';
import type { Announcer } from '../../host/announcer.ts';
import type { Clock, Random } from '../../host/clock.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { stateFact } from '../../replication/feeds/state-fact.ts';
import type { KeyRing } from '../../replication/sealed/key-ring.ts';
import { wrapKey } from '../../replication/sealed/wrapped-key.ts';

export interface EncryptionParts {
  current: CurrentTeam;
  ring: KeyRing;
  clock: Clock;
  random: Random;
  announcer: Announcer<EncryptionState>;
  /** Projects of the team. */
  projects: { list: () => { projectId: string }[]; onChange: (listener: () => void) => () => void };
  failed: (error: unknown) => void;
}

/** Of many devices that could do the same, most see in this time that one has done it. */
const spreadMs = 400;

/**
 * Sees to it that who may read a project's notes has its keys, and who was removed does not have the one to write with. Every device
 * that has the keys does so for all others: nobody has to ask.
 */
export class EncryptionService {
  readonly announcer: Announcer<EncryptionState>;
  readonly #parts: EncryptionParts;
  #tending: Promise<void> | null = null;
  #again = false;
  #waits = false;
  #cancel = () => {};
  #announced = '';

  constructor(parts: EncryptionParts) {
    this.#parts = parts;
    this.announcer = parts.announcer;
    parts.current.onEntries(added => {
      // A key that came is of use at once; what all could do for others is spread over time.
      if (added.some(({ entry }) => entry.fact.kind.startsWith('encryption.')))
        this.#parts.ring.refresh().catch(parts.failed);
      // Who removes somebody makes the new key at once.
      const mine = added.some(({ entry }) => entry.author === parts.current.replica.keys.device);
      this.#soon(mine ? 0 : spreadMs);
    });
    parts.current.onSwitch(() => this.#soon(0));
    parts.projects.onChange(() => this.#soon(spreadMs)); // one that is new is to be listed
  }

  /** Opens the keys that are there, before anything is written; then tends them. */
  async start(): Promise<void> {
    await this.#parts.ring.refresh();
    this.#soon(spreadMs);
  }

  close(): void {
    this.#cancel();
  }

  states(): EncryptionState[] {
    return this.#parts.projects.list().map(({ projectId }) => this.state(projectId));
  }

  state(projectId: string): EncryptionState {
    const { ring } = this.#parts;
    const encrypted = ring.isEncrypted(projectId);
    const hasKey = encrypted && ring.toWriteWith(projectId) !== null;
    return { projectId, encrypted, hasKey, message: encrypted && !hasKey ? ring.waiting(projectId) : '' };
  }

  /** From here on. What was written before was readable on the server, and stays so. */
  async begin(projectId: string): Promise<EncryptionState> {
    if (!this.#parts.projects.list().some(project => project.projectId === projectId))
      throw new BenchmateError('NOT_FOUND', `There is no project ${projectId}.`, 'Open its folder first.');
    await this.#newKey('encryption.begun', projectId);
    return this.state(projectId);
  }

  /** What waits already is not put off: facts may come in a long stream. */
  #soon(withinMs: number): void {
    if (this.#waits && withinMs > 0) return;
    this.#cancel();
    this.#waits = true;
    const { clock, random, failed } = this.#parts;
    const delayMs = withinMs === 0 ? 0 : 20 + (random(1)[0]! / 255) * withinMs;
    this.#cancel = clock.after(delayMs, () => {
      this.#waits = false;
      void this.tend().catch(failed);
    });
  }

  /** Takes the keys that are there, and gives on what others lack. */
  async tend(): Promise<void> {
    this.#again = true;
    this.#tending ??= this.#tendAll().finally(() => (this.#tending = null));
    await this.#tending;
  }

  async #tendAll(): Promise<void> {
    const { ring, current } = this.#parts;
    while (this.#again) {
      this.#again = false;
      await ring.refresh();
      for (const project of current.replica.registry.encryptedProjects()) await this.#tendProject(project);
    }
    this.#announce();
  }

  async #tendProject(project: string): Promise<void> {
    const { ring, current } = this.#parts;
    const keys = current.replica.registry.keysOf(project);
    const toWriteWith = ring.toWriteWith(project);
    const me = this.#members.find(({ device }) => device === current.replica.keys.device);
    if (!keys || !me?.active) return;
    const readers = new Set(this.#readers(project).map(({ device }) => device));
    if (toWriteWith && allows('encryption.rekeyed', heldBy(me, this.#members), project)) {
      if (ring.strangersWith(project, toWriteWith.keyId).length > 0) await this.#newKey('encryption.rekeyed', project);
    }
    for (const keyId of keys.keyIds) {
      const key = ring.find(project, keyId);
      const lacking = [...readers].filter(device => !keys.holders(keyId).has(device));
      if (!key || lacking.length === 0) continue;
      const wrapped = await this.#wrapped(key, project, lacking);
      await stateFact(current.replica, this.#parts.clock, () => ({
        kind: 'encryption.shared',
        project,
        keyId,
        wrapped,
      }));
    }
  }

  async #newKey(kind: 'encryption.begun' | 'encryption.rekeyed', project: string): Promise<void> {
    const { current, clock, random, ring } = this.#parts;
    const key = Uint8Array.from(random(32));
    const keyId = keyIdOf(key);
    const devices = this.#readers(project).map(({ device }) => device);
    const wrapped = await this.#wrapped(key, project, devices);
    await ring.keep(project, { keyId, key }, () =>
      stateFact(current.replica, clock, () => ({ kind, project, keyId, wrapped })),
    );
  }

  async #wrapped(key: Uint8Array, project: string, devices: readonly string[]): Promise<Record<string, string>> {
    const team = this.#parts.current.teamId;
    const all = devices.map(async device => [device, await wrapKey(key, { team, project, device })] as const);
    return Object.fromEntries(await Promise.all(all));
  }

  #readers(project: string): Member[] {
    return this.#members.filter(
      member => member.active && allows('documents.read', heldBy(member, this.#members), project),
    );
  }

  get #members(): readonly Member[] {
    return this.#parts.current.replica.registry.membership.members;
  }

  #announce(): void {
    const states = this.states();
    const text = JSON.stringify(states);
    if (text === this.#announced) return;
    this.#announced = text;
    for (const state of states) this.announcer.announce(state);
  }
}
