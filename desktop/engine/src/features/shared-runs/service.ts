import type { RunSharing, SharedRun } from '@benchmate/shared/domain/shared-run';
import { documentIds } from '@benchmate/shared/documents/document-id';
import { addSharedRun, sharedRunsOf } from '@benchmate/shared/documents/project-document';
import { shareRun, sharesOf, type RunShare } from '@benchmate/shared/documents/run-document';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { signText } from '@benchmate/shared/facts/keys';
import { runShareText, shareDigest } from '@benchmate/shared/facts/shared-run';
import type { Clock, Random } from '../../host/clock.ts';
import { documentKind } from '../../replication/documents/document-kind.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { KeyRing } from '../../replication/sealed/key-ring.ts';
import { openUpdate, sealUpdate } from '../../replication/sealed/sealed-update.ts';
import type { Store } from '../../storage/database.ts';
import type { MetricsService } from '../metrics/service.ts';
import type { RunRecord } from '../runs/run-record.ts';
import type { RunsService } from '../runs/service.ts';
import { ShareJudge, type RunPlace } from './judge.ts';
import { packRun, unpackRun } from './pack.ts';
import { pointsIn } from './points.ts';
import { ReceivedRunsStore } from './store.ts';

export interface SharedRunsParts {
  store: Store;
  hub: DocumentHub;
  current: CurrentTeam;
  ring: KeyRing;
  clock: Clock;
  random: Random;
  runs: RunsService;
  metrics: MetricsService;
  /** Ids of runs that came from teammates; this service adds to them. */
  received: Set<string>;
  /** Documents of the current team that are stored here. */
  stored: () => string[];
  /** Projects of the team. */
  projects: { list: () => { projectId: string }[] };
  /** Who writes here; throws FORBIDDEN for who may only read. */
  author: (projectId: string) => unknown;
  /** Devices that registered a version of a model with this run, the first one first. */
  registrants: (runId: string) => string[];
  warn: (sentence: string) => void;
}

type ProjectRun = RunRecord & { projectId: string };

/**
 * Runs that the team sees: each in a document of its own, where every device has one place, signed by it. What teammates shared becomes
 * a run of this device that only they change, so that lists, charts, comparisons, links and MLflow's client know it like any other.
 */
export class SharedRunsService {
  readonly #parts: SharedRunsParts;
  readonly #received: ReceivedRunsStore;
  readonly #judge: ShareJudge;
  /** Documents with something that could not be judged yet: its author, or the key it is encrypted with, is not known here. */
  readonly #waiting = new Set<string>();
  #taking: Promise<void> = Promise.resolve();

  constructor(parts: SharedRunsParts) {
    this.#parts = parts;
    this.#received = new ReceivedRunsStore(parts.store);
    this.#judge = new ShareJudge({
      current: parts.current,
      registrants: parts.registrants,
      unpack: unpackRun,
      unseal: (place, author, data) => this.#unseal(place, author, data),
    });
    parts.hub.onOpen((documentId, doc) => {
      if (documentKind(documentId)?.kind !== 'run') return;
      doc.getMap('shares').observe(() => this.#takeSoon(documentId));
    });
    const again = () => {
      for (const documentId of this.#waiting) this.#takeSoon(documentId);
    };
    parts.current.onEntries(again);
    parts.ring.onKeys(again);
    const all = () => {
      for (const id of parts.stored()) if (documentKind(id)?.kind === 'run') this.#takeSoon(id);
    };
    parts.current.onSwitch(all);
    all();
  }

  sharing(runId: string): RunSharing {
    const { runs, current } = this.#parts;
    const run = runs.find(runId);
    const received = this.#received.find(run.runId);
    if (received)
      return { kind: 'received', by: this.#nameOf(received.author), at: received.at, thinned: received.thinned };
    const own = this.#own(run);
    if (own) return { kind: 'shared', at: own.at };
    const problem = this.#problem(run, current.replica.keys.device);
    return { kind: 'private', refusal: problem && `${problem.message} ${problem.nextStep}`.trim() };
  }

  async share(runId: string): Promise<RunSharing> {
    const { hub, current, clock, metrics, runs } = this.#parts;
    const run = await runs.read(runs.findId(runId));
    const { keys } = current.replica;
    const problem = this.#problem(run, keys.device);
    if (problem) throw problem;
    const { teamId } = current;
    const projectRun = run as ProjectRun;
    const documentId = documentIds.run(teamId, projectRun.projectId, run.runId);
    const at = clock.now();
    const data = await packRun({
      run: projectRun,
      since: this.#own(run)?.since ?? at,
      at,
      history: (key, maxPoints) => metrics.history(run.runId, key, maxPoints),
    });
    const share = this.#seal(documentId, projectRun.projectId, data);
    await hub.change(documentId, doc => shareRun(doc, keys.device, share));
    await hub.change(documentIds.project(teamId, projectRun.projectId), doc => addSharedRun(doc, run.runId));
    return { kind: 'shared', at };
  }

  /** Shares those that this device made and has not shared; what cannot be shared stays, and its page says why. */
  async shareOwn(runIds: readonly string[]): Promise<void> {
    const { runs, warn } = this.#parts;
    for (const { runId, name } of runs.many(runIds)) {
      const sharing = this.sharing(runId);
      if (sharing.kind !== 'private' || sharing.refusal !== null) continue;
      await this.share(runId).catch((error: Error) => warn(`The run ${name} could not be shared: ${error.message}`));
    }
  }

  #seal(documentId: string, projectId: string, data: Uint8Array): RunShare {
    const { ring, random, current } = this.#parts;
    const { keys } = current.replica;
    if (!ring.isEncrypted(projectId)) return { data, sig: signText(runShareText(documentId, data), keys) };
    const named = ring.toSealWith(projectId);
    if (!named) throw new BenchmateError('FORBIDDEN', ring.waiting(projectId), 'Share the run once it is here.');
    return { data: sealUpdate(data, { documentId, named, author: keys, nonce: random(12) }), sig: '' };
  }

  #problem(run: RunRecord, device: string): BenchmateError | null {
    const { projects, author } = this.#parts;
    const received = this.#received.find(run.runId);
    if (received && received.author !== device)
      return new BenchmateError('FORBIDDEN', `${this.#nameOf(received.author)} shares this run already.`);
    if (run.projectId === null || !projects.list().some(({ projectId }) => projectId === run.projectId))
      return new BenchmateError(
        'NOT_FOUND',
        `The run ${run.name} belongs to no project of the team.`,
        'Log it under the name of a project, or open the project’s folder first.',
      );
    try {
      author(run.projectId);
      return null;
    } catch (error) {
      if (error instanceof BenchmateError) return error;
      throw error;
    }
  }

  /** What this device shared of a run last. */
  #own({ runId, projectId }: RunRecord): SharedRun | null {
    const { hub, current } = this.#parts;
    if (projectId === null) return null;
    const index = documentIds.project(current.teamId, projectId);
    if (!hub.read(index, sharedRunsOf).includes(runId)) return null;
    const { device } = current.replica.keys;
    const documentId = documentIds.run(current.teamId, projectId, runId);
    const share = hub.read(documentId, sharesOf).get(device);
    const bytes =
      share && (share.sig === '' ? this.#unseal({ documentId, projectId, runId }, device, share.data) : share.data);
    return bytes instanceof Uint8Array ? unpackRun(bytes) : null;
  }

  #unseal({ documentId, projectId }: RunPlace, author: string, data: Uint8Array): Uint8Array | 'locked' | null {
    const opened = openUpdate(data, {
      documentId,
      keyOf: keyId => this.#parts.ring.find(projectId, keyId),
      isMember: device => device === author,
    });
    return opened.kind === 'update' ? opened.update : opened.kind === 'locked' ? 'locked' : null;
  }

  /** One after the other: two could make the same run. */
  #takeSoon(documentId: string): void {
    this.#taking = this.#taking
      .then(() => this.#take(documentId))
      .catch((error: Error) =>
        this.#parts.warn(`A run that a teammate shared could not be taken in: ${error.message}`),
      );
  }

  async #take(documentId: string): Promise<void> {
    const { hub, current, runs, received } = this.#parts;
    const its = documentKind(documentId);
    if (its?.kind !== 'run' || its.teamId !== current.teamId) return;
    const { runId, projectId } = its;
    this.#waiting.delete(documentId);
    const known = this.#received.find(runId);
    if (!known && runs.many([runId]).length > 0) return; // this device made it
    const shares = hub.read(documentId, sharesOf);
    const last = known && shares.get(known.author);
    if (last && shareDigest(last.data) === known.digest) return; // as after each start, of every run
    const place = { documentId, projectId, runId };
    const { best, isWaiting } = await this.#judge.decide(place, shares, known?.author);
    if (isWaiting) this.#waiting.add(documentId);
    if (!best) return;
    const { run, author, digest } = best;
    const thinned = run.curves.some(({ total, steps }) => total > steps.length);
    const row = { runId, team: its.teamId, author, since: run.since, at: run.at, thinned, digest };
    const points = pointsIn(run);
    await runs.takeShared(run, { by: this.#nameOf(author), points }, () => this.#received.keep(row));
    received.add(runId);
  }

  #nameOf(device: string): string {
    const { members } = this.#parts.current.replica.registry.membership;
    return members.find(member => member.device === device)?.name ?? 'a former member';
  }
}
