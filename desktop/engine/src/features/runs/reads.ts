import type { Sqlite } from '../../storage/database.ts';
import type { Page } from '../search/page.ts';
import { RunAssembler } from './assemble.ts';
import { RunListStore, type ListQuery } from './list-store.ts';
import type { RunRecord } from './run-record.ts';
import { RunSearch, type RunQuery } from './search-store.ts';
import { RunsStore } from './store.ts';

export type RunReads = ReturnType<typeof runReads>;

/** What is read of runs and may take long; see `storage/reader.ts`. */
export function runReads(db: Sqlite) {
  const runs = new RunsStore(db);
  const search = new RunSearch(db);
  const lists = new RunListStore(db);
  const assembler = new RunAssembler(db);
  return {
    'runs.search': (query: RunQuery): Page<RunRecord> => {
      const { items, next } = search.page(query);
      return { items: assembler.assemble(items), next };
    },
    'runs.list': (query: ListQuery) => ({
      runs: assembler.assembleShort(lists.page(query)),
      total: lists.count(query),
    }),
    /** Those that exist, also deleted ones, by start time. */
    'runs.many': (runIds: readonly string[]): RunRecord[] => assembler.assemble(runs.many(runIds)),
  };
}
