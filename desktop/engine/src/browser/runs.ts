import type { Run } from '@benchmate/shared/domain/run';
import type { SharedRun } from '@benchmate/shared/domain/shared-run';
import { sharesOf } from '@benchmate/shared/documents/run-document';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { runs } from '@benchmate/shared/protocol/runs';
import { ShareJudge } from '../features/shared-runs/judge.ts';
import { Announcer } from '../host/announcer.ts';
import { documentKind } from '../replication/documents/document-kind.ts';
import type { DocumentHub } from '../replication/documents/hub.ts';
import type { CurrentTeam } from '../replication/feeds/current-team.ts';
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
  readonly #runs = new Map<string, Run>();
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
    const [found, another] = [...this.#runs.values()].filter(({ runId }) => runId.startsWith(idBegin));
    if (!found)
      throw new BenchmateError(
        'NOT_FOUND',
        `The run ${idBegin} is on the machine that made it.`,
        'A teammate who has it can share it with the team.',
      );
    if (another) throw new BenchmateError('BAD_REQUEST', `More than one run begins with ${idBegin}.`);
    return found;
  }

  handlers(): Partial<Handlers<typeof runs>> {
    return {
      list: ({ projectId, search = '' }) => {
        const wanted = [...this.#runs.values()]
          .filter(run => projectId === undefined || run.projectId === projectId)
          .filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()))
          .sort((a, b) => b.startTime - a.startTime);
        return { runs: wanted, total: wanted.length, cursor: null };
      },
      get: async ({ runId }) => {
        await this.#taking;
        return this.find(runId);
      },
      changes: (_input, signal, lastId) => this.#announcer.subscribe(signal, lastId),
    };
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
    const run = toRun(best.run);
    this.#runs.set(runId, run);
    this.#announcer.announce([run]);
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
