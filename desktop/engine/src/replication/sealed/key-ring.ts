import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { CurrentTeam } from '../feeds/current-team.ts';
import type { NamedKey } from './sealed-update.ts';
import { unwrapKey } from './wrapped-key.ts';

/** The keys of encrypted projects that this device was given, in the team it works in. Nothing of them is stored in plain. */
export class KeyRing {
  readonly #current: CurrentTeam;
  readonly #listeners = new Set<() => void>();
  /** Project and key id → key. */
  #keys = new Map<string, Uint8Array>();
  #teamId = '';

  constructor(current: CurrentTeam) {
    this.#current = current;
  }

  /** `listener` is called when there are keys that were not there before. */
  onKeys(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Opens what the facts hold for this device. */
  async refresh(): Promise<void> {
    const { teamId: team, replica } = this.#current;
    if (team !== this.#teamId) this.#keys = new Map();
    this.#teamId = team;
    const { keys, registry } = replica;
    let isNew = false;
    for (const project of registry.encryptedProjects())
      for (const keyId of registry.keysOf(project)?.keyIds ?? []) {
        if (this.find(project, keyId)) continue;
        for (const wrapped of registry.keysOf(project)?.holders(keyId).get(keys.device) ?? []) {
          const key = await unwrapKey(wrapped, keyId, { team, project, keys });
          if (this.#current.teamId !== team) return;
          if (!key) continue;
          this.#keys.set(place(project, keyId), key);
          isNew = true;
          break;
        }
      }
    if (isNew) for (const listener of this.#listeners) listener();
  }

  /** A key that this device makes itself, as soon as the fact that names it is there. */
  async keep(project: string, { keyId, key }: NamedKey, stated: () => Promise<unknown>): Promise<void> {
    this.#keys.set(place(project, keyId), key);
    await stated();
    for (const listener of this.#listeners) listener();
  }

  find(project: string, keyId: string): Uint8Array | null {
    return this.#keys.get(place(project, keyId)) ?? null;
  }

  /** The key to write with; null while this device does not have it. */
  toWriteWith(project: string): NamedKey | null {
    const keyId = this.#current.replica.registry.keysOf(project)?.keyIds.at(-1);
    const key = keyId === undefined ? null : this.find(project, keyId);
    return key && keyId !== undefined ? { keyId, key } : null;
  }

  /** The same, unless somebody has it who was removed: then what is written waits for the next key. */
  toSealWith(project: string): NamedKey | null {
    const named = this.toWriteWith(project);
    return named && this.strangersWith(project, named.keyId).length === 0 ? named : null;
  }

  /** Devices that were given a key and are in the team no more. */
  strangersWith(project: string, keyId: string): string[] {
    const { registry } = this.#current.replica;
    const active = new Set(registry.membership.members.filter(each => each.active).map(({ device }) => device));
    return [...(registry.keysOf(project)?.holders(keyId).keys() ?? [])].filter(device => !active.has(device));
  }

  isEncrypted(project: string): boolean {
    return this.#current.replica.registry.keysOf(project) !== null;
  }

  /** Active members, by name, of whom one must be online for this device to get the key to write with. */
  holders(project: string): string[] {
    const { registry } = this.#current.replica;
    const keys = registry.keysOf(project);
    const holders = keys?.holders(keys.keyIds.at(-1) ?? '');
    const names = registry.membership.members.filter(({ active, device }) => active && holders?.has(device));
    return [...new Set(names.map(({ name }) => name))];
  }

  /** Throws while this device cannot read, and so not write, what is encrypted in the project. */
  need(project: string): void {
    if (!this.isEncrypted(project) || this.toWriteWith(project)) return;
    throw new BenchmateError('FORBIDDEN', this.waiting(project), 'It comes by itself while one of them is online.');
  }

  waiting(project: string): string {
    return `Notes and comments of this project are encrypted; waiting for the key from ${this.holders(project).join(' or ') || 'a member who has it'}.`;
  }
}

const place = (project: string, keyId: string): string => `${keyId} ${project}`;
