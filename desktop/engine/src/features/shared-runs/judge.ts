import type { SharedRun } from '@benchmate/shared/domain/shared-run';
import type { RunShare } from '@benchmate/shared/documents/run-document';
import { verifyText } from '@benchmate/shared/facts/keys';
import { allows, heldBy } from '@benchmate/shared/facts/rights';
import { runShareText, shareDigest } from '@benchmate/shared/facts/shared-run';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';

/** A run as one device shared it. */
export interface Candidate {
  run: SharedRun;
  /** Device. */
  author: string;
  digest: string;
}

export interface RunPlace {
  documentId: string;
  projectId: string;
  runId: string;
}

interface JudgeParts {
  current: CurrentTeam;
  /** Devices that registered a version of a model with this run, the first one first. */
  registrants: (runId: string) => string[];
  /** What a sealed update holds: 'locked' while its key is not here, null for what is none. */
  unseal: (place: RunPlace, author: string, data: Uint8Array) => Uint8Array | 'locked' | null;
  unpack: (bytes: Uint8Array) => SharedRun | null | Promise<SharedRun | null>;
}

/** Decides which of the numbers in a run's document count. */
export class ShareJudge {
  readonly #parts: JudgeParts;

  constructor(parts: JudgeParts) {
    this.#parts = parts;
  }

  /**
   * The share that is believed; null when there is none. `believed`: the device that was believed before. `isWaiting`: something could not be
   * judged yet, because its author, or the key that it is encrypted with, is not known here.
   */
  async decide(
    place: RunPlace,
    shares: ReadonlyMap<string, RunShare>,
    believed?: string,
  ): Promise<{ best: Candidate | null; isWaiting: boolean }> {
    const candidates: Candidate[] = [];
    let isWaiting = false;
    for (const [author, share] of shares) {
      if (author === this.#parts.current.replica.keys.device) continue;
      const bytes = this.#opened(place, author, share);
      isWaiting ||= bytes === 'locked';
      const run = bytes === 'locked' || bytes === null ? null : await this.#parts.unpack(bytes);
      if (run?.runId === place.runId && run.projectId === place.projectId)
        candidates.push({ run, author, digest: shareDigest(share.data) });
    }
    // Whose run it is says who was believed before, else who registered a model of it by a signed fact, else who shared it first.
    const owner = believed ?? this.#parts.registrants(place.runId)[0];
    const [best = null] = candidates
      .filter(({ author }) => owner === undefined || author === owner)
      .sort((a, b) => a.run.since - b.run.since || (a.author < b.author ? -1 : 1));
    return { best, isWaiting };
  }

  /** Null for what its author did not sign, or may not share. */
  #opened(place: RunPlace, author: string, { data, sig }: RunShare): Uint8Array | 'locked' | null {
    const { members } = this.#parts.current.replica.registry.membership;
    const member = members.find(({ device }) => device === author);
    if (!member) return 'locked';
    // What somebody shared before they were removed stays: the server took nothing of theirs since.
    if (member.active && !allows('documents.write', heldBy(member, members), place.projectId)) return null;
    if (sig === '') return this.#parts.unseal(place, author, data);
    return verifyText(sig, runShareText(place.documentId, data), author) ? data : null;
  }
}
