import type { CheckResult } from '@benchmate/shared/domain/store-task';
import type { Sqlite } from '../../storage/database.ts';
import { checkArtifacts } from './check-artifacts.ts';
import { checkDocuments } from './check-documents.ts';
import { checkFacts } from './check-facts.ts';
import { checkMetrics } from './check-metrics.ts';
import { checkPages, checkReferences, countRuns } from './check-tables.ts';
import { restoreHint, type Checked } from './checked.ts';
import { throwIfCancelled, type Progress } from '../../host/progress.ts';

/** Looks at all of a store through one connection, without changing anything. What is damaged is found, not thrown. */
export async function checkStore(db: Sqlite, dataDir: string, progress: Progress): Promise<CheckResult> {
  const parts: [string, () => Checked | Promise<Checked>][] = [
    ['pages of the database', () => checkPages(db)],
    ['references between tables', () => checkReferences(db)],
    ['points of metrics and their charts', () => checkMetrics(db, progress)],
    ['signed facts', () => checkFacts(db)],
    ['notes and other shared documents', () => checkDocuments(db)],
    ['artifacts', () => checkArtifacts(db, dataDir)],
  ];
  const checked: Checked[] = [];
  for (const [index, [step, check]] of parts.entries()) {
    throwIfCancelled(progress);
    progress.tell(step, index, parts.length);
    checked.push(await settled(step, check));
    if (index === 0 && checked[0]!.findings.length > 0) break; // of damaged pages nothing else can be said
  }
  const findings = checked.flatMap(part => part.findings);
  const [, , , facts, documents, artifacts] = checked.map(({ looked }) => looked);
  return {
    kind: 'check',
    ok: findings.every(({ severity }) => severity !== 'error'),
    findings,
    runs: checked.length > 1 ? countRuns(db) : 0,
    facts: facts ?? 0,
    documents: documents ?? 0,
    artifacts: artifacts ?? 0,
  };
}

async function settled(step: string, check: () => Checked | Promise<Checked>): Promise<Checked> {
  try {
    return await check();
  } catch (error) {
    const what = `The check of ${step} ended with: ${(error as Error).message}.`;
    return { looked: 0, findings: [{ severity: 'error', what, nextStep: restoreHint }] };
  }
}
