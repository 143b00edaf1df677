import type { LiveLink } from '@benchmate/shared/domain/live-link';
import { parseBenchLink, type BenchLink } from '@benchmate/shared/domain/bench-link';
import { modelPath, pathTo } from '@benchmate/shared/domain/companion-path';
import { toNumber, type MetricValue } from '@benchmate/shared/domain/metric';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { formatMetric } from '@benchmate/shared/diff/number-format';

interface LinkedRun {
  runId: string;
  name: string;
  metrics: Readonly<Record<string, { value: MetricValue }>>;
}

interface Parts {
  /** Throws NOT_FOUND, or BAD_REQUEST where more than one fits. */
  run: (idBegin: string) => Promise<LinkedRun>;
  models: () => readonly RegisteredModel[];
  notes: () => readonly { noteId: string; title: string }[];
  /** The text of a project's file on this machine; null where there is none that can be read. */
  readFile: (projectId: string, path: string) => Promise<string | null>;
}

type Answer = Omit<LiveLink, 'href'>;

const found = (value: string, says: string, page: string | null): Answer => ({ state: 'found', value, says, page });
const missing = (says: string): Answer => ({ state: 'missing', value: '', says, page: null });
const ambiguous = (says: string): Answer => ({ state: 'ambiguous', value: '', says, page: null });

const longestLine = 200;

/** What the links of notes and comments point at, as it is now. */
export class LinksService {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async resolve(hrefs: readonly string[], projectId: string | undefined): Promise<LiveLink[]> {
    const answers = new Map<string, Promise<Answer>>();
    return Promise.all(
      hrefs.map(async href => {
        const known = answers.get(href) ?? this.#answer(parseBenchLink(href), projectId);
        answers.set(href, known);
        return { href, ...(await known) };
      }),
    );
  }

  async #answer(link: BenchLink | null, projectId: string | undefined): Promise<Answer> {
    switch (link?.kind) {
      case 'run':
        return this.#run(link);
      case 'model':
        return this.#model(link);
      case 'note':
        return this.#note(link.note);
      case 'line':
        return this.#line(link, projectId);
      case 'dataset':
        return found(link.dataset, 'dataset', null);
      case undefined:
        return missing('This is no address of anything here.');
    }
  }

  async #run({ run: wanted, metric }: Extract<BenchLink, { kind: 'run' }>): Promise<Answer> {
    const run = await this.#parts.run(wanted).catch(toErrorShape);
    if ('code' in run) {
      if (run.code === 'BAD_REQUEST') return ambiguous('More than one run begins so: give more of its id.');
      return missing('This run is not on this device.');
    }
    const page = pathTo('runs', run.runId);
    if (metric === null) return found(run.name, `run ${run.runId.slice(0, 8)}`, page);
    const logged = Object.hasOwn(run.metrics, metric) ? run.metrics[metric] : undefined;
    if (!logged) return { ...missing(`Run ${run.name} logged no ${metric}.`), page };
    return found(formatMetric(toNumber(logged.value)), `${metric} of run ${run.name}`, page);
  }

  #model({ model: name, version }: Extract<BenchLink, { kind: 'model' }>): Answer {
    const model = this.#parts.models().find(known => known.name === name);
    if (!model) return missing('This model is not registered here.');
    if (version === null) return found(name, `model with ${model.versions.length} versions`, modelPath(name));
    if (!model.versions.some(known => known.version === version)) return missing(`${name} has no version ${version}.`);
    return found(`${name} v${version}`, 'model version', modelPath(name, version));
  }

  #note(wanted: string): Answer {
    const fits = this.#parts.notes().filter(({ noteId }) => noteId.startsWith(wanted));
    const note = fits.find(({ noteId }) => noteId === wanted) ?? fits[0];
    if (!note) return missing('This note is not on this device.');
    if (fits.length > 1 && note.noteId !== wanted)
      return ambiguous('More than one note begins so: give more of its id.');
    return found(note.title, 'note', pathTo('notes', note.noteId));
  }

  async #line(
    { path, from, to }: Extract<BenchLink, { kind: 'line' }>,
    projectId: string | undefined,
  ): Promise<Answer> {
    const text = projectId === undefined ? null : await this.#parts.readFile(projectId, path);
    if (text === null) return missing(`${path} is not in a folder of this project on this machine.`);
    const lines = text.split(/\r?\n/).slice(from - 1, to);
    if (lines.length === 0) return missing(`${path} has no line ${from} any more.`);
    const shown = lines.join(' ').trim().replaceAll(/\s+/gu, ' ');
    const cut = shown.length > longestLine ? `${shown.slice(0, longestLine).replace(/[\uD800-\uDBFF]$/, '')}…` : shown;
    return found(cut, from === to ? `${path}, line ${from}` : `${path}, lines ${from} to ${to}`, null);
  }
}
