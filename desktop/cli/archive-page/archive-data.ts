import { createContext, useContext } from 'react';
import type { FileReview } from '@benchmate/shared/domain/file-review';
import type { Note } from '@benchmate/shared/domain/note';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import type { Thread } from '@benchmate/shared/domain/review';
import type { Run } from '@benchmate/shared/domain/run';
import type { ArchivedModel, ArchiveHead } from '@benchmate/shared/formats/archive';

/** What stands in the page's data blocks. */
export interface ArchiveData {
  archive: ArchiveHead;
  models: ArchivedModel[];
  notes: Note[];
  threads: Thread[];
  fileReviews: FileReview[];
  runs: Run[];
  /** What a search looks at, for each of `runs`. */
  texts: string[];
}

/** Reads the data blocks. Null when the page ends before they do. */
export function readArchive(): ArchiveData | null {
  try {
    const [archive] = linesOf<ArchiveHead>('archive');
    if (!archive) return null;
    const runs = linesOf<Run>('runs');
    return {
      archive,
      models: linesOf('models'),
      notes: linesOf('notes'),
      threads: linesOf('threads'),
      fileReviews: linesOf('file-reviews'),
      runs,
      texts: runs.map(textOf),
    };
  } catch {
    return null;
  }
}

/** The lines of a block; the one who writes an archive has made them of these types. */
function linesOf<Line>(id: string): Line[] {
  const block = document.getElementById(id);
  if (!block) throw new Error(`The page ends before ${id}.`);
  return block.textContent
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => JSON.parse(line) as Line);
}

const textOf = ({ name, runId, experimentName, status, params, tags }: Run): string =>
  `${name} ${runId} ${experimentName} ${status} ${Object.entries(params)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')} ${Object.values(tags).join(' ')}`.toLowerCase();

export const ArchiveContext = createContext<ArchiveData | null>(null);

export function useArchive(): ArchiveData {
  const data = useContext(ArchiveContext);
  if (!data) throw new Error('A page is shown without its archive.');
  return data;
}

export const versionsOf = (runId: string, models: readonly ArchivedModel[]) =>
  models.flatMap(model =>
    model.versions.filter(version => version.runId === runId).map(version => ({ model, version })),
  );

export const aliasesOf = (model: ArchivedModel, version: ModelVersion): string[] =>
  model.aliases
    .filter(({ holder }) => holder === version.versionId)
    .map(({ alias, contested }) => (contested ? `${alias} (contested)` : alias));
