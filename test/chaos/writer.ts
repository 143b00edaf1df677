import { createHash } from 'node:crypto';
import { Refused, type EngineUnderTest } from './engine-under-test.ts';
import { logArtifact, logBatch, logMetric, logParam, setStatus, setTag } from './tracking-acts.ts';
import { moveAlias, registerVersion, writeNote } from './team-acts.ts';

/**
 * What one writer sent and what was acknowledged, kept outside the engine. `pending` is the one thing that was under way
 * when the engine died: it may be there or not.
 */
export interface Ledger {
  runId: string | null;
  /** Value of each acknowledged step by key. */
  series: Map<string, Map<number, number>>;
  params: Map<string, string>;
  tags: Map<string, string>;
  status: string;
  /** Hash of the acknowledged content by path. */
  artifacts: Map<string, string>;
  /** Keys of series and paths of artifacts that were sent since the last look at them. */
  touched: Set<string>;
  versions: Set<number>;
  alias: number | null;
  note: { noteId: string; body: string } | null;
}

/** One change: what it does to the ledger, whether it is acknowledged or only possible. */
export interface Act {
  name: string;
  send: () => Promise<unknown>;
  /** Enters it into a ledger, with the answer when there was one. */
  book: (ledger: Ledger, answer?: unknown) => void;
}

export interface Scene {
  engine: EngineUnderTest;
  ledger: Ledger;
  dice: () => number;
  writer: number;
  projectId: string;
  experimentId: string;
  /** Raised with each act: makes names and values unique. */
  next: () => number;
}

export const newLedger = (): Ledger => ({
  runId: null,
  series: new Map(),
  params: new Map(),
  tags: new Map(),
  status: 'RUNNING',
  artifacts: new Map(),
  touched: new Set(),
  versions: new Set(),
  alias: null,
  note: null,
});

type Maker = (scene: Scene) => Act | null;
const makers: [weight: number, make: Maker][] = [
  [24, logMetric],
  [16, logBatch],
  [10, logParam],
  [10, setTag],
  [4, setStatus],
  [14, logArtifact],
  [4, registerVersion],
  [4, moveAlias],
  [8, writeNote],
];

/** Does one thing after the other until the engine is gone; resolves with what was under way then. */
export async function writeUntilKilled(
  scene: Scene,
  killed: () => boolean,
  counted: (name: string) => void,
): Promise<Act | null> {
  for (;;) {
    if (killed()) return null;
    const act = scene.ledger.runId === null ? createRun(scene) : pick(scene);
    if (!act) continue;
    try {
      act.book(scene.ledger, await act.send());
      counted(act.name);
    } catch (error) {
      if (error instanceof Refused || !killed()) throw new Error(`${act.name} failed`, { cause: error });
      return act;
    }
  }
}

function pick(scene: Scene): Act | null {
  let left = scene.dice() * makers.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of makers) if ((left -= weight) < 0) return make(scene);
  return null;
}

function createRun({ engine, experimentId, writer, next }: Scene): Act {
  const body = {
    experiment_id: experimentId,
    run_name: `writer ${writer}`,
    start_time: Date.now(),
    tags: [{ key: 'n', value: String(next()) }],
  };
  return {
    name: 'create run',
    send: () => engine.post('/api/2.0/mlflow/runs/create', body),
    book: (ledger, answer) => {
      if (answer) ledger.runId = (answer as { run: { info: { run_id: string } } }).run.info.run_id;
    },
  };
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
