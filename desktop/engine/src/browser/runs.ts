import type { Run } from '@benchmate/shared/domain/run';
import type { SharedRun } from '@benchmate/shared/domain/shared-run';
import { sharesOf } from '@benchmate/shared/documents/run-document';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { EngineContract } from '@benchmate/shared/protocol/engine';
import { ShareJudge, type Candidate } from '../features/shared-runs/judge.ts';
import { Announcer } from '../host/announcer.ts';
import { documentKind } from '../replication/documents/document-kind.ts';
import type { DocumentHub } from '../replication/documents/hub.ts';
import type { CurrentTeam } from '../replication/feeds/current-team.ts';
import type { LocalHandlers } from './local-calls.ts';
import { sharedCurves } from './shared-curves.ts';
import { unpackRun } from './unpack-run.ts';

interface Parts {
  hub: DocumentHub;
  current: CurrentTeam;
  /** Devices that registered a version of a model with this run, the first one first. */
  registrants: (runId: string) => string[];
}

/** Runs that teammates shared, judged as an engine judges them. Others are on the machines that made them. */
export class BrowserRuns {
  readonly #parts: Parts;
  readonly #judge: ShareJudge;
  readonly #announcer = new Announcer<Run[]>('page');
  readonly #runs = new Map<string, Candidate>();
  /** Documents whose author was not known yet. */
  readonly #waiting = new Set<string>();
  #taking: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#judge = new ShareJudge({ ...parts, unseal: () => null, unpack: unpackRun });
    parts.hub.onOpen((documentId, doc) => {
      if (documentKind(documentId)?.kind !== 'run') return;
      this.#takeSoon(documentId);
      doc.getMap('shares').observe(() => this.#takeSoon(documentId));
    });
    parts.current.onEntries(() => {
      for (const documentId of this.#waiting) this.#takeSoon(documentId);
    });
  }

  /** By the beginning of its id. Throws NOT_FOUND, or BAD_REQUEST when more than one fits. */
  find(idBegin: string): Run {
    return toRun(this.#shared(idBegin).run);
  }

  handlers(): Pick<LocalHandlers<EngineContract>, 'runs' | 'metrics' | 'sharedRuns'> {
    return {
      runs: {
        list: ({ projectId, search = '' }) => {
          const wanted = [...this.#runs.values()]
            .filter(({ run }) => projectId === undefined || run.projectId === projectId)
            .filter(({ run: { name } }) => name.toLowerCase().includes(search.toLowerCase()))
            .sort((a, b) => b.run.startTime - a.run.startTime);
          return { runs: wanted.map(({ run }) => toRun(run)), total: wanted.length, cursor: null };
        },
        get: async ({ runId }) => {
          await this.#taking;
          return this.find(runId);
        },
        changes: (_input, signal, lastId) => this.#announcer.subscribe(signal, lastId),
      },
      metrics: sharedCurves(runId => this.#shared(runId).run),
      sharedRuns: {
        sharing: ({ runId }) => {
          const { run, author } = this.#shared(runId);
          const { members } = this.#parts.current.replica.registry.membership;
          const by = members.find(({ device }) => device === author)?.name ?? 'a former member';
          const thinned = run.curves.some(({ total, steps }) => total > steps.length);
          return { kind: 'received', by, at: run.at, thinned };
        },
      },
    };
  }

  #shared(idBegin: string): Candidate {
    const [found, another] = [...this.#runs.values()].filter(({ run }) => run.runId.startsWith(idBegin));
    if (!found)
      throw new BenchmateError(
        'NOT_FOUND',
        `The run ${idBegin} was not shared with the team.`,
        'A teammate who has it can do that.',
      );
    if (another) throw new BenchmateError('BAD_REQUEST', `More than one run begins with ${idBegin}.`);
    return found;
  }

  #takeSoon(documentId: string): void {
    this.#taking = this.#taking.then(() => this.#take(documentId)).catch((error: unknown) => console.warn(error));
  }

  async #take(documentId: string): Promise<void> {
    const its = documentKind(documentId);
    if (its?.kind !== 'run' || its.teamId !== this.#parts.current.teamId) return;
    const { projectId, runId } = its;
    const shares = this.#parts.hub.read(documentId, sharesOf);
    const { best, isWaiting } = await this.#judge.decide({ documentId, projectId, runId }, shares);
    if (isWaiting) this.#waiting.add(documentId);
    else this.#waiting.delete(documentId);
    if (!best) return;
    this.#runs.set(runId, best);
    this.#announcer.announce([toRun(best.run)]);
  }
}

const toRun = ({ runId, projectId, experimentName, name, status, startTime, endTime, ...said }: SharedRun): Run => ({
  runId,
  projectId,
  experimentName,
  name,
  status,
  startTime,
  endTime,
  experimentId: '',
  jobId: null,
  params: said.params,
  tags: said.tags,
  artifactUri: '',
  metrics: Object.fromEntries(
    said.curves.map(({ key, steps, times, values }) => [
      key,
      { step: sum(steps), timestamp: sum(times), value: values.at(-1)! },
    ]),
  ),
});

/** Points are differences to the one before. */
const sum = (differences: readonly number[]): number => differences.reduce((total, each) => total + each, 0);
