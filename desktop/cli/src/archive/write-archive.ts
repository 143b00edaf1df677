import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Project } from '@benchmate/shared/domain/project';
import { archiveSchema, type ArchiveHead } from '@benchmate/shared/formats/archive';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { exportRecord } from '../audit/export.ts';
import type { Context } from '../context.ts';
import { StepLine } from '../output/step-line.ts';
import { version } from '../version.ts';
import { cardsOf } from './cards.ts';
import { garbageCollector } from './collect-garbage.ts';
import { archivedModels, lineageOf, spoolRuns, throwIfInterrupted, writings, type RunKeys } from './collect.ts';
import { pagePieces } from './page.ts';
import { readme } from './readme.ts';
import { csvHead, csvLines, DrawnSeries, seriesOf } from './series.ts';
import { refuseExisting, writeZip, type ZipPart } from './zip-file.ts';

export interface Archived extends Pick<ArchiveHead, 'counts' | 'project'> {
  file: string;
  sizeBytes: number;
}

/** Writes what is known here, of one project or of all, into one zip that needs nothing but a browser. Memory does not grow with the curves. */
export async function writeArchive(
  context: Context,
  { file, replace, project }: { file: string; replace: boolean; project: Project | null },
): Promise<Archived> {
  refuseExisting(file, replace);
  const engine = await context.engine();
  const steps = new StepLine(context);
  const scratch = await mkdtemp(join(tmpdir(), 'benchmate-archive-'));
  try {
    const decisions = join(scratch, 'decisions.html');
    await exportRecord(context, { file: decisions, format: 'html', replace: true });
    const runsFile = join(scratch, 'runs.jsonl');
    const collectGarbage = garbageCollector();
    const runs = await spoolRuns(context, engine, {
      file: runsFile,
      projectId: project?.projectId ?? null,
      told(done, total) {
        steps.show('reading runs', done, total);
        collectGarbage();
      },
    });
    const projects = project ? [project] : await engine.projects.list.query();
    const models = await archivedModels(engine);
    const { notes, threads } = await writings(engine, projects);
    const fileReviews = await engine.fileReviews.list.query(project ? { projectId: project.projectId } : {});
    const { teamId: id, name } = await engine.team.state.query();
    const head: ArchiveHead = {
      format: 'benchmate-archive',
      v: 1,
      version,
      createdAt: new Date().toISOString(),
      team: { id, name },
      project: project ? { projectId: project.projectId, name: project.name } : null,
      counts: { runs: runs.length, points: 0, models: models.length, notes: notes.length, threads: threads.length },
    };
    const lines = {
      models: jsonLines(models),
      notes: jsonLines(notes),
      threads: jsonLines(threads),
      'file-reviews': jsonLines(fileReviews),
    };
    const parts: ZipPart[] = [
      ...runs
        .filter(({ keys }) => keys.length > 0)
        .flatMap((run, at) =>
          seriesParts(context, engine, run, {
            wrote: points => {
              head.counts.points += points;
              steps.show('writing curves', at, runs.length);
            },
            ended: collectGarbage,
          }),
        ),
      { path: 'runs.jsonl', file: runsFile },
      ...Object.entries(lines).map(([what, text]) => ({ path: `${what}.jsonl`, text: () => text })),
      { path: 'lineage.jsonl', text: () => jsonLines(lineageOf(models, runs)) },
      ...(await cardsOf(projects)).map(({ path, text }) => ({ path, text: () => text })),
      { path: 'decisions.html', file: decisions },
      { path: 'schema.json', text: () => pretty(archiveSchema()) },
      { path: 'README.txt', text: () => readme },
      { path: 'archive.json', text: () => pretty(head) }, // after the curves, whose points are counted
      {
        path: 'index.html',
        pieces: () => pagePieces({ small: { archive: JSON.stringify(head), ...lines }, runsFile }),
      },
    ];
    const sizeBytes = await writeZip({ file, signal: context.signal }, parts);
    return { file, sizeBytes, counts: head.counts, project: head.project };
  } catch (error) {
    throwIfInterrupted(context.signal);
    throw error;
  } finally {
    steps.end();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** All points as CSV, and what the page draws of them: a script, since a page from a file can load nothing else. */
function seriesParts(
  { signal }: Context,
  engine: EngineClient,
  { runId, keys }: RunKeys,
  { wrote, ended }: { wrote: (points: number) => void; ended: () => void },
): ZipPart[] {
  const drawn = new DrawnSeries();
  const pieces = async function* () {
    yield csvHead;
    for await (const series of seriesOf(engine, runId, keys)) {
      throwIfInterrupted(signal);
      drawn.take(series);
      wrote(series.points.length);
      yield csvLines(series);
    }
  };
  const script = () => {
    const text = `archiveSeries(${JSON.stringify(runId)}, ${JSON.stringify(drawn.drain())});\n`;
    ended();
    return text;
  };
  return [
    { path: `series/${runId}.csv`, pieces },
    { path: `view/${runId}.js`, text: script },
  ];
}

const jsonLines = (values: readonly unknown[]): string => values.map(value => `${JSON.stringify(value)}\n`).join('');
const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
