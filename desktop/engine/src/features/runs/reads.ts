import type { Sqlite } from '../../storage/database.ts';
import { RunAssembler } from './assemble.ts';
import { RunListStore, type ListQuery } from './list-store.ts';
import type { RunRecord } from './run-record.ts';
import { RunsStore } from './store.ts';

export type RunReads = ReturnType<typeof runReads>;

/** What is read of runs and may take long; see `storage/reader.ts`. */
export function runReads(db: Sqlite) {
  const runs = new RunsStore(db);
  const lists = new RunListStore(db);
  const assembler = new RunAssembler(db);
  return {
    'runs.list': (query: ListQuery) => ({
      runs: assembler.assembleShort(lists.page(query)),
      total: lists.count(query),
    }),
    /** Those that exist, also deleted ones, by start time. */
    'runs.many': (runIds: readonly string[]): RunRecord[] => assembler.assemble(runs.many(runIds)),
  };
}
