import { sha256 } from '@noble/hashes/sha2.js';
import type { Fact } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import type { Journal } from './journal.ts';
import { toBase64Url } from './keys.ts';
import { refusal, type Refusal } from './refusal.ts';

/** A fact about a key for the notes and comments of a project. */
interface KeyFact {
  item: HeldEntry;
  project: string;
  keyId: string;
  /** Device → the key, encrypted for it. */
  wrapped: Readonly<Record<string, string>>;
  /** Whether it made the key, rather than giving it to somebody. */
  isNew: boolean;
}

/** The keys of one project, as all facts say. */
export interface ProjectKeys {
  /** In the order of O1: the last is the one to write with. */
  keyIds: readonly string[];
  /** Devices that were given a key, and every form that was given to each. */
  holders: (keyId: string) => ReadonlyMap<string, readonly string[]>;
}

/** Names a key and commits to it: whoever gives a device another key under this name is found out. */
export function keyIdOf(key: Uint8Array): string {
  return toBase64Url(sha256(Uint8Array.from([...new TextEncoder().encode('benchmate project key\n'), ...key])));
}

type EncryptionFact = Extract<Fact, { kind: 'encryption.begun' | 'encryption.rekeyed' | 'encryption.shared' }>;

/** Facts about keys, as they counted one after the other. Rules K1 to K3 in SPEC.md. */
export class ProjectKeyFacts {
  readonly #facts = new Map<string, KeyFact[]>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Null when the fact counts. `isBefore`: whether an entry is in its past. */
  take(item: HeldEntry, fact: EncryptionFact, isBefore: (earlier: HeldEntry) => boolean): Refusal | null {
    const ofProject = this.#facts.get(fact.project) ?? [];
    const problem = keyProblem(
      fact,
      ofProject.filter(known => isBefore(known.item)),
    );
    if (problem) return problem;
    this.#journal.set(this.#facts, fact.project, ofProject);
    this.#journal.push(ofProject, { item, isNew: fact.kind !== 'encryption.shared', ...fact });
    return null;
  }

  /** Null where nothing is encrypted. */
  of(project: string): ProjectKeys | null {
    const facts = this.#facts.get(project) ?? [];
    return facts.length > 0 ? projectKeys(facts) : null;
  }

  projects(): string[] {
    return [...this.#facts].filter(([, facts]) => facts.length > 0).map(([project]) => project);
  }
}

/** `before`: what counts in the fact's own past. */
function keyProblem({ kind, project, keyId }: EncryptionFact, before: readonly KeyFact[]): Refusal | null {
  if (kind === 'encryption.begun')
    return before.length === 0
      ? null
      : refusal('ALREADY_EXISTS', `Notes and comments of ${project} are encrypted already.`);
  if (before.length === 0)
    return refusal('NOT_FOUND', `Notes and comments of ${project} are not encrypted.`, 'A maintainer can begin that.');
  if (kind === 'encryption.rekeyed' || before.some(known => known.keyId === keyId)) return null;
  return refusal('NOT_FOUND', `Nobody made this key for ${project}.`);
}

function projectKeys(facts: readonly KeyFact[]): ProjectKeys {
  return {
    keyIds: facts.filter(({ isNew }) => isNew).map(({ keyId }) => keyId),
    holders: keyId => {
      const holders = new Map<string, string[]>();
      for (const fact of facts)
        if (fact.keyId === keyId)
          for (const [device, wrapped] of Object.entries(fact.wrapped))
            holders.set(device, [...(holders.get(device) ?? []), wrapped]);
      return holders;
    },
  };
}
