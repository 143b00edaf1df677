import type { Run } from '@benchmate/shared/domain/run';
import type { EngineClient } from '@benchmate/shared/protocol/engine';

/** What a list of runs is asked for: all of them, those of a project, or those whose name holds a text. */
export interface Source {
  projectId?: string;
  search?: string;
}

interface Read {
  /** Null: nothing older is left. */
  cursor: string | null;
  total: number;
}

const firstPage = 200;
const laterPage = 1000;

/** How far each list of runs has been read: the engine keeps ten thousand, a window asks for what is looked at. */
export class RunPages {
  readonly #read = new Map<string, Read>();

  /** The newest runs of a list. What was read of it before still counts. */
  async first(client: EngineClient, source: Source): Promise<Run[]> {
    const { runs, cursor, total } = await client.runs.list.query({ ...source, limit: firstPage });
    const before = this.#read.get(keyOf(source));
    this.#read.set(keyOf(source), { cursor: before ? before.cursor : cursor, total });
    return runs;
  }

  /** The next older ones; none when all were read. */
  async next(client: EngineClient, source: Source): Promise<Run[]> {
    const cursor = this.#read.get(keyOf(source))?.cursor;
    if (!cursor) return [];
    const page = await client.runs.list.query({ ...source, limit: laterPage, cursor });
    this.#read.set(keyOf(source), page);
    return page.runs;
  }

  more(source: Source): boolean {
    return Boolean(this.#read.get(keyOf(source))?.cursor);
  }

  total(source: Source): number {
    return this.#read.get(keyOf(source))?.total ?? 0;
  }

  clear(): void {
    this.#read.clear();
  }
}

const keyOf = ({ projectId = '', search = '' }: Source): string => `${projectId}/${search}`;
