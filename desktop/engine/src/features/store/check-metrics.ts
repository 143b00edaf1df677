import type { Finding } from '@benchmate/shared/domain/store-task';
import { throwIfCancelled, type Progress } from '../../host/progress.ts';
import type { Sqlite } from '../../storage/database.ts';
import { PartCheck, type WrongPart } from '../metrics/part-check.ts';
import { TileCover } from '../metrics/tile-cover.ts';
import { restoreHint, type Checked } from './checked.ts';

/** More findings than these say nothing more. */
const most = 20;

/** Whether blocks of points and the tiles that charts are read from say what the points say. */
export function checkMetrics(db: Sqlite, progress: Progress): Checked {
  const parts = new PartCheck(db, new TileCover(db));
  const name = db.prepare<[number, number], { runId: string; key: string }>(
    'SELECT run_id AS runId, key FROM run, metric_key WHERE run_no = ? AND key_id = ?',
  );
  const findings: Finding[] = [];
  let looked = 0;
  for (const { runNo, keyId } of parts.packedSeries()) {
    throwIfCancelled(progress);
    looked++;
    // Each series as it is at one moment: points move into blocks meanwhile.
    const wrong = db.transaction(() => parts.wrongParts(runNo, keyId))();
    if (wrong.length === 0) continue;
    const { runId, key } = name.get(runNo, keyId) ?? { runId: `number ${runNo}`, key: `number ${keyId}` };
    for (const one of wrong) if (findings.length < most) findings.push(found(one, `metric '${key}' of run ${runId}`));
  }
  return { looked, findings };
}

function found({ part, what }: WrongPart, series: string): Finding {
  const steps = `steps ${part.first.step} to ${part.last.step}`;
  if (part.kind === 'block')
    return { severity: 'error', what: `A block of ${series}, ${steps}: ${what}.`, nextStep: restoreHint };
  return {
    severity: 'error',
    what: `A chart tile of ${series}, ${steps}, level ${part.level}: ${what}. The points themselves are whole.`,
    nextStep: 'Run `benchmate store compact`, which makes wrong tiles anew.',
  };
}
